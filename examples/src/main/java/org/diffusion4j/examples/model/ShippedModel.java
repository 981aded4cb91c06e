package org.diffusion4j.examples.model;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.diffusion4j.diffusion.pipeline.ModelFolder;

/** The trained model that comes with the jar. */
public final class ShippedModel {
  /** The weights of the classifier that judges generated pictures. */
  public static final String CLASSIFIER = "classifier/model.safetensors";

  private static final String RESOURCES = "fashion/";

  private static final List<String> FILES =
      List.of(
          "vae/config.json",
          "vae/diffusion_pytorch_model.safetensors",
          "text_encoder/config.json",
          "text_encoder/model.safetensors",
          "unet/config.json",
          "unet/diffusion_pytorch_model.safetensors",
          "scheduler/scheduler_config.json",
          CLASSIFIER);

  private ShippedModel() {}

  /**
   * Unpacks the model into a temporary folder, which is deleted when the JVM ends.
   *
   * @throws IOException if there is no room for it
   */
  public static ModelFolder unpack() throws IOException {
    Path folder = Files.createTempDirectory("diffusion4j-");
    deleteOnExit(folder);
    for (String name : FILES) {
      Path file = folder.resolve(name);
      if (!Files.exists(file.getParent())) {
        deleteOnExit(Files.createDirectory(file.getParent()));
      }
      deleteOnExit(file);
      try (InputStream in = ShippedModel.class.getResourceAsStream(RESOURCES + name)) {
        if (in == null) {
          throw new FileNotFoundException("the jar lacks " + RESOURCES + name);
        }
        Files.copy(in, file);
      }
    }
    return new ModelFolder(folder);
  }

  /** The JVM deletes in the opposite order: files before the folders they lie in. */
  private static void deleteOnExit(Path path) {
    path.toFile().deleteOnExit();
  }
}

package org.diffusion4j.examples.cli;

import java.io.IOException;
import java.nio.file.Path;
import org.diffusion4j.core.InvalidFileException;
import org.diffusion4j.core.files.FileLookup;
import org.diffusion4j.diffusion.pipeline.ModelFolder;
import org.diffusion4j.diffusion.pipeline.ModelFolder.Part;
import org.diffusion4j.examples.model.ShippedModel;
import picocli.CommandLine.Option;

/** The option that says which model to use. */
final class ModelOption {
  static final String NAME = "--model";

  @Option(
      names = NAME,
      paramLabel = "DIR",
      description =
          "Folder of a model in the layout of diffusers, published or as train writes it. Without"
              + " it, the one in the jar.")
  Path folder;

  /** Whether it is the one in the jar. */
  boolean isShipped() {
    return folder == null;
  }

  /** What to call it: the name of its folder. */
  String name() {
    return isShipped() ? "fashion" : folder.toAbsolutePath().normalize().getFileName().toString();
  }

  /**
   * Opens the model.
   *
   * @throws InvalidFileException if there is no such folder, or no model in it
   */
  ModelFolder open() throws IOException {
    if (folder == null) {
      return ShippedModel.unpack();
    }
    return open(folder);
  }

  /** The same for a folder that another option names. */
  static ModelFolder open(Path folder) {
    if (!FileLookup.isFolder(folder)) {
      throw new InvalidFileException(folder, "there is no such folder");
    }
    ModelFolder model = new ModelFolder(folder);
    for (Part part : Part.values()) {
      if (FileLookup.isFolder(model.folder(part))) {
        return model;
      }
    }
    throw new InvalidFileException(
        folder, "must be the folder of a model, with unet, vae or text_encoder in it");
  }
}

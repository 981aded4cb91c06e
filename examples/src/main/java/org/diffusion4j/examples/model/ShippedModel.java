package org.diffusion4j.examples.model;

import java.io.IOException;
import org.diffusion4j.core.files.ResourceFolder;
import org.diffusion4j.diffusion.pipeline.ModelFolder;

/** The trained model that comes with the jar. */
public final class ShippedModel {
  /** The weights of the classifier that judges generated pictures. */
  public static final String CLASSIFIER = "classifier/model.safetensors";

  private ShippedModel() {}

  /**
   * Unpacks the model into a temporary folder, which is deleted when the JVM ends.
   *
   * @throws IOException if there is no room for it
   */
  public static ModelFolder unpack() throws IOException {
    return new ModelFolder(ResourceFolder.unpack(ShippedModel.class, "fashion"));
  }
}

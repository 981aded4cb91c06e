package org.diffusion4j.examples.cli;

import java.nio.file.Path;
import org.diffusion4j.core.InvalidFileException;
import org.diffusion4j.core.data.ImageDataSet;
import org.diffusion4j.core.files.FileLookup;
import org.diffusion4j.examples.data.FashionMnist;
import org.diffusion4j.examples.model.FashionModels;
import picocli.CommandLine.Option;

/** The option that says where the pictures come from. */
final class DataOption {
  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Folder of the four Fashion-MNIST files. Without it, the small set in the jar.")
  Path folder;

  /**
   * Reads the pictures.
   *
   * @throws InvalidFileException if the folder or a file of it is missing or damaged
   */
  FashionMnist read() {
    if (folder == null) {
      return FashionMnist.embedded();
    }
    if (!FileLookup.isFolder(folder)) {
      throw new InvalidFileException(folder, "there is no such folder");
    }
    return FashionMnist.fromFolder(folder);
  }

  /**
   * The pictures to train on, as the small models take them.
   *
   * @throws InvalidFileException as {@link #read}
   */
  ImageDataSet train() {
    return read().train().padded(FashionModels.IMAGE_SIZE);
  }
}

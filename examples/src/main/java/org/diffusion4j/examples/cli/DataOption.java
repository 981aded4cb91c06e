package org.diffusion4j.examples.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import org.diffusion4j.core.InvalidFileException;
import org.diffusion4j.examples.data.FashionMnist;
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
    if (!Files.isDirectory(folder)) {
      throw new InvalidFileException(folder, "there is no such folder");
    }
    return FashionMnist.fromFolder(folder);
  }
}

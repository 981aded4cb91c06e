package org.diffusion4j.examples.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The file that a command writes a picture to, checked before the work begins. */
final class OutputFile {
  private OutputFile() {}

  /**
   * Checks that a file can be written.
   *
   * @throws IOException if its folder is missing or read-only, or the name is that of a folder
   */
  static void check(Path file) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw new IOException("output folder " + folder + " must exist");
    }
    if (!Files.isWritable(folder)) {
      throw new IOException("output folder " + folder + " must be writable");
    }
    if (Files.isDirectory(file)) {
      throw new IOException("output file " + file + " must not be a folder");
    }
  }
}

package org.diffusion4j.examples.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.diffusion4j.core.files.FileLookup;
import picocli.CommandLine.Option;

/** The option that says where the picture goes. */
final class OutputOption {
  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      required = true,
      description = "The PNG file to write.")
  Path file;

  /**
   * Checks, before the work begins, that the file can be written.
   *
   * @throws IOException if its folder is missing or read-only, or the name is that of a folder
   */
  void check() throws IOException {
    check(file);
  }

  /** The same for a file that another option names. */
  static void check(Path file) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null || !FileLookup.isFolder(folder)) {
      throw new IOException("output folder " + folder + " must exist");
    }
    if (!Files.isWritable(folder)) {
      throw new IOException("output folder " + folder + " must be writable");
    }
    if (FileLookup.isFolder(file)) {
      throw new IOException("output file " + file + " must not be a folder");
    }
  }
}

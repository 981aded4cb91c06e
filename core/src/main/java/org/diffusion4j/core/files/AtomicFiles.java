package org.diffusion4j.core.files;

import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/** Writes files that appear whole or not at all. */
public final class AtomicFiles {
  private AtomicFiles() {}

  /**
   * Writes to a temporary file in the same folder, then moves it into place.
   *
   * @throws IOException if the folder is missing or cannot be written; an existing file is then
   *     untouched
   */
  public static void write(Path file, byte[] bytes) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null || Files.isDirectory(file)) {
      throw new IOException("it is a folder");
    }
    if (!Files.isDirectory(folder)) {
      throw new IOException("folder " + folder + " does not exist");
    }
    if (!Files.isWritable(folder)) {
      throw new IOException("folder " + folder + " is not writable");
    }
    // Files.createTempFile would give the file to its owner alone, whatever the umask says.
    Path temporary = folder.resolve("." + UUID.randomUUID() + ".tmp");
    try {
      Files.write(temporary, bytes, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      move(temporary, file);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  private static void move(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
    }
  }
}

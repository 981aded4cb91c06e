package org.diffusion4j.core;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/** Writes files that are there as a whole or not at all. */
public final class AtomicFile {
  private AtomicFile() {}

  /** What writes the content of a file. */
  @FunctionalInterface
  public interface Body {
    /** Writes the content from the channel's start on. */
    void writeTo(FileChannel channel) throws IOException;
  }

  /**
   * Writes a file, or replaces it.
   *
   * <p>The content goes to a temporary file in the same folder, which is forced to the disk and
   * moved into place. Whatever goes wrong before that leaves a file that was there as it was.
   *
   * @throws IOException if the folder is missing or cannot be written to
   */
  public static void write(Path target, Body body) throws IOException {
    Path temporary =
        target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID() + ".tmp");
    try {
      try (FileChannel channel =
          FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        body.writeTo(channel);
        channel.force(true);
      }
      Files.move(
          temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }
}

package org.diffusion4j.core.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * Writes files that appear whole or not at all.
 *
 * <p>The content goes to a temporary file in the same folder, which is forced to the disk and then
 * moved into place. Whatever goes wrong before that leaves a file that was there as it was.
 */
public final class AtomicFiles {
  private AtomicFiles() {}

  /** What writes the content of a file. */
  @FunctionalInterface
  public interface Body {
    /** Writes the content from the channel's start on. */
    void writeTo(FileChannel channel) throws IOException;
  }

  /**
   * Writes a file, or replaces it.
   *
   * @throws IOException if the folder is missing or cannot be written to, or the file is a folder;
   *     an existing file is then untouched
   */
  public static void write(Path file, byte[] bytes) throws IOException {
    ByteBuffer content = ByteBuffer.wrap(bytes);
    write(
        file,
        channel -> {
          while (content.hasRemaining()) {
            channel.write(content);
          }
        });
  }

  /**
   * Writes a file, or replaces it.
   *
   * @throws IOException if the body throws it, the folder is missing or cannot be written to, or
   *     the file is a folder; an existing file is then untouched
   */
  public static void write(Path file, Body body) throws IOException {
    Path folder = writableFolderOf(file);
    // Files.createTempFile would give the file to its owner alone, whatever the umask says.
    Path temporary = folder.resolve("." + UUID.randomUUID() + ".tmp");
    try {
      try (FileChannel channel =
          FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        body.writeTo(channel);
        channel.force(true);
      }
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  private static Path writableFolderOf(Path file) throws IOException {
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
    return folder;
  }
}

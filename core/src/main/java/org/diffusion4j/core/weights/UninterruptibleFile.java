package org.diffusion4j.core.weights;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.diffusion4j.core.InvalidFileException;

/**
 * A file that stays open when a thread that reads it is interrupted.
 *
 * <p>A {@link java.nio.channels.FileChannel} closes itself for good when that happens, and with it
 * every model that is still to be read from the file.
 */
final class UninterruptibleFile implements AutoCloseable {
  static final String BECAME_SHORTER = "became shorter while it was read";

  private final Path path;
  private final RandomAccessFile file;

  /**
   * Opens a file to be read.
   *
   * @throws IOException if it is missing or cannot be opened
   */
  UninterruptibleFile(Path path) throws IOException {
    this.path = path;
    try {
      this.file = new RandomAccessFile(path.toFile(), "r");
    } catch (FileNotFoundException e) {
      // The exception of NIO tells why.
      Files.newByteChannel(path).close();
      throw e;
    }
  }

  Path path() {
    return path;
  }

  /** The length in bytes, now. */
  long length() throws IOException {
    return file.length();
  }

  /**
   * Fills a buffer that has an array from a place in the file, and makes it ready for reading.
   *
   * @throws InvalidFileException if the file ends before
   */
  synchronized ByteBuffer readFully(ByteBuffer buffer, long position) throws IOException {
    file.seek(position);
    while (buffer.hasRemaining()) {
      int read =
          file.read(buffer.array(), buffer.arrayOffset() + buffer.position(), buffer.remaining());
      if (read < 0) {
        throw new InvalidFileException(path, BECAME_SHORTER);
      }
      buffer.position(buffer.position() + read);
    }
    return buffer.flip();
  }

  /**
   * A part of the file in memory, or nothing if the system cannot map it; for a thread that nobody
   * interrupts.
   */
  Optional<MappedByteBuffer> map(long position, int length) {
    return MappedWindow.map(file.getChannel(), position, length);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}

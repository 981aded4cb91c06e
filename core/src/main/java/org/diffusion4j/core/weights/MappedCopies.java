package org.diffusion4j.core.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.diffusion4j.core.InvalidFileException;

/**
 * Copies parts of files out of mapped memory, a few at a time.
 *
 * <p>If a mapped file shrinks, Java 17 throws an {@link InternalError} at some later point of the
 * thread that touched the missing memory, be it in the middle of a class of the JDK. So every part
 * is copied by a thread of its own that does nothing else: wherever the error comes up, it ends
 * that thread and is its failure. Mapping, unmapping and all else about the file is up to the
 * calling thread, which touches no mapped memory.
 */
final class MappedCopies implements AutoCloseable {
  /** While one part waits for the disk, the other is copied. */
  private static final int PARTS = 2;

  /** The bytes of the smallest values, those of 16 bits. */
  private static final int MIN_VALUE_BYTES = 2;

  /** To map and to start a thread takes longer than to read fewer bytes. */
  private static final int MIN_MAPPED_BYTES = 1 << 16;

  private final List<Part> parts = new ArrayList<>();
  private final int bufferSize;
  private int next;

  /**
   * @param bufferSize the values that copiers have room for, at most: those of a shorter part for
   *     as many as it may hold
   */
  MappedCopies(int bufferSize) {
    this.bufferSize = bufferSize;
    for (int i = 0; i < PARTS; i++) {
      parts.add(new Part());
    }
  }

  /** Copies one part of a file. */
  interface Copier {
    /**
     * Takes all of the part and keeps nothing of it: its memory will be gone.
     *
     * @param part little-endian; to be read by bulk operations alone, which a fault cannot end
     *     midway through other work
     * @param buffer for any use
     */
    void accept(ByteBuffer part, float[] buffer);
  }

  /**
   * Copies a part of a file at some time before {@link #close} returns.
   *
   * @throws InvalidFileException if the file, or that of an earlier part, is too short
   * @throws IOException if the file cannot be read
   */
  void copy(Path file, FileChannel channel, long position, int length, Copier copier)
      throws IOException {
    if (length < MIN_MAPPED_BYTES) {
      ByteBuffer bytes = ByteBuffer.allocate(length);
      SafetensorsFile.readFully(file, channel, bytes, position);
      copier.accept(bytes.order(ByteOrder.LITTLE_ENDIAN), new float[length]);
      return;
    }
    Part part = parts.get(next);
    next = (next + 1) % PARTS;
    part.finish();
    part.start(file, channel, position, length, copier);
  }

  /**
   * Waits until all is copied, whatever went wrong.
   *
   * @throws InvalidFileException if a file became shorter meanwhile
   * @throws IOException if a file cannot be read
   */
  @Override
  public void close() throws IOException {
    Throwable failure = null;
    for (Part part : parts) {
      try {
        part.finish();
      } catch (IOException | RuntimeException | Error e) {
        failure = failure == null ? e : failure;
      }
    }
    if (failure instanceof IOException e) {
      throw e;
    } else if (failure instanceof RuntimeException e) {
      throw e;
    } else if (failure != null) {
      throw (Error) failure;
    }
  }

  /** A part that is being copied, or none. */
  private final class Part {
    private float[] buffer = new float[0];
    private Thread thread;
    private Optional<MappedByteBuffer> mapped = Optional.empty();
    private Path file;
    private FileChannel channel;
    private long end;
    private volatile boolean done;
    private volatile Throwable failure;

    void start(Path file, FileChannel channel, long position, int length, Copier copier)
        throws IOException {
      this.file = file;
      this.channel = channel;
      end = position + length;
      if (channel.size() < end) {
        throw new InvalidFileException(file, SafetensorsFile.BECAME_SHORTER);
      }
      makeRoom(length);
      mapped = MappedWindow.map(channel, position, length);
      ByteBuffer bytes = mapped.isPresent() ? mapped.get() : ByteBuffer.allocate(length);
      if (mapped.isEmpty()) {
        SafetensorsFile.readFully(file, channel, bytes, position);
      }
      float[] room = buffer;
      done = false;
      failure = null;
      Thread copying =
          new Thread(
              () -> {
                copier.accept(bytes.order(ByteOrder.LITTLE_ENDIAN), room);
                done = true;
              },
              "copying " + file.getFileName());
      copying.setDaemon(true);
      copying.setUncaughtExceptionHandler((t, e) -> failure = e);
      try {
        copying.start();
        thread = copying;
      } catch (OutOfMemoryError e) {
        mapped.ifPresent(MappedWindow::unmap);
        throw e;
      }
    }

    /** For as many values as a part of a length may hold. */
    private void makeRoom(int length) {
      int size = Math.min(bufferSize, length / MIN_VALUE_BYTES);
      if (buffer.length < size) {
        buffer = new float[size];
      }
    }

    void finish() throws IOException {
      if (thread == null) {
        return;
      }
      join();
      thread = null;
      mapped.ifPresent(MappedWindow::unmap);
      mapped = Optional.empty();
      if (failure instanceof RuntimeException e) {
        throw e;
      } else if (failure instanceof Error e && !(e instanceof InternalError)) {
        throw e;
      } else if (!done || failure != null || channel.size() < end) {
        // What is mapped beyond the end of a file reads as zeros to the end of its page.
        throw new InvalidFileException(file, SafetensorsFile.BECAME_SHORTER, failure);
      }
    }

    /** Waits even if it is interrupted: the memory that is written to must not be freed before. */
    private void join() {
      boolean interrupted = false;
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}

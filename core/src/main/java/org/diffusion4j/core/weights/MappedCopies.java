package org.diffusion4j.core.weights;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.diffusion4j.core.InvalidFileException;

/**
 * Copies parts of files out of mapped memory, a few at a time.
 *
 * <p>If a mapped file shrinks, Java 17 throws an {@link InternalError} at some later point of the
 * thread that touched the missing memory, be it in the middle of a class of the JDK. So every part
 * is mapped and copied by a thread of its own that does nothing else: wherever the error comes up,
 * it ends that thread and is its failure. Unmapping and all else about the file is up to the
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
   * @param file stays open until then
   * @throws InvalidFileException if the file, or that of an earlier part, is too short
   * @throws IOException if the file cannot be read
   */
  void copy(UninterruptibleFile file, long position, int length, Copier copier) throws IOException {
    if (length < MIN_MAPPED_BYTES) {
      ByteBuffer bytes = file.readFully(ByteBuffer.allocate(length), position);
      copier.accept(bytes.order(ByteOrder.LITTLE_ENDIAN), new float[length]);
      return;
    }
    Part part = parts.get(next);
    next = (next + 1) % PARTS;
    part.finish();
    part.start(file, position, length, copier);
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
    private UninterruptibleFile file;
    private long end;
    private volatile Optional<MappedByteBuffer> mapped = Optional.empty();
    private volatile boolean done;
    private volatile Throwable failure;

    void start(UninterruptibleFile file, long position, int length, Copier copier)
        throws IOException {
      this.file = file;
      end = position + length;
      if (file.length() < end) {
        throw new InvalidFileException(file.path(), UninterruptibleFile.BECAME_SHORTER);
      }
      makeRoom(length);
      float[] room = buffer;
      done = false;
      failure = null;
      Thread copying =
          new Thread(
              () -> {
                copier.accept(bytes(position, length).order(ByteOrder.LITTLE_ENDIAN), room);
                done = true;
              },
              "copying " + file.path().getFileName());
      copying.setDaemon(true);
      copying.setUncaughtExceptionHandler((t, e) -> failure = e);
      copying.start();
      thread = copying;
    }

    /** Mapped by the copying thread, which nobody interrupts: that would close the file. */
    private ByteBuffer bytes(long position, int length) {
      mapped = file.map(position, length);
      if (mapped.isPresent()) {
        return mapped.get();
      }
      try {
        return file.readFully(ByteBuffer.allocate(length), position);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
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
      if (failure instanceof UncheckedIOException e) {
        throw e.getCause();
      } else if (failure instanceof RuntimeException e) {
        throw e;
      } else if (failure instanceof Error e && !(e instanceof InternalError)) {
        throw e;
      } else if (!done || failure != null || file.length() < end) {
        // What is mapped beyond the end of a file reads as zeros to the end of its page.
        throw new InvalidFileException(file.path(), UninterruptibleFile.BECAME_SHORTER, failure);
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

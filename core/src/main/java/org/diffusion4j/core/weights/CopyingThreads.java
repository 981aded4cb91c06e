package org.diffusion4j.core.weights;

import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.diffusion4j.core.InvalidFileException;

/**
 * Threads that copy tensors out of mapped files and do nothing else.
 *
 * <p>If a mapped file shrinks, Java 17 throws an {@link InternalError} at some later point of the
 * thread that touched the missing memory. Here that thread is none of the caller's, and it has
 * ended before the caller goes on: wherever the error comes up, it is the copying that fails.
 */
final class CopyingThreads {
  /** While one waits for the disk, the other copies. */
  private static final int MAX_THREADS = 2;

  private final Path file;
  private final List<Task> tasks;
  private final AtomicInteger started = new AtomicInteger();
  private final AtomicInteger done = new AtomicInteger();
  private final AtomicReference<Throwable> failure = new AtomicReference<>();

  private CopyingThreads(Path file, List<Task> tasks) {
    this.file = file;
    this.tasks = tasks;
  }

  /** Copies one tensor. */
  interface Task {
    /**
     * Copies the tensor.
     *
     * @param buffer for any use, of the length that {@link #run} was told
     */
    void copy(float[] buffer);
  }

  /**
   * Runs the tasks, several at a time; returns when no thread is left.
   *
   * @param file for messages
   * @param bufferSize the length of the buffer that each thread has
   * @throws InvalidFileException if a mapped file lost memory that was being copied
   * @throws UncheckedIOException if the calling thread is interrupted
   * @throws RuntimeException what a task throws; the others are then not started
   */
  static void run(Path file, List<Task> tasks, int bufferSize) {
    new CopyingThreads(file, tasks).run(bufferSize);
  }

  private void run(int bufferSize) {
    int processors = Runtime.getRuntime().availableProcessors();
    int count = Math.min(Math.min(MAX_THREADS, processors), tasks.size());
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Thread thread =
          new Thread(() -> work(new float[bufferSize]), "copying " + file.getFileName());
      thread.setDaemon(true);
      thread.setUncaughtExceptionHandler((t, e) -> failure.compareAndSet(null, e));
      try {
        thread.start();
        threads.add(thread);
      } catch (OutOfMemoryError e) {
        failure.compareAndSet(null, e);
      }
    }
    threads.forEach(this::join);
    if (failure.get() != null || done.get() < tasks.size()) {
      throw failed(failure.get());
    }
  }

  private void work(float[] buffer) {
    while (failure.get() == null) {
      int task = started.getAndIncrement();
      if (task >= tasks.size()) {
        return;
      }
      tasks.get(task).copy(buffer);
      done.incrementAndGet();
    }
  }

  /**
   * Waits however often it is interrupted: the memory that is written to must not be freed before.
   */
  private void join(Thread thread) {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
        failure.compareAndSet(null, e);
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private RuntimeException failed(Throwable cause) {
    if (cause instanceof RuntimeException e) {
      return e;
    } else if (cause instanceof InterruptedException) {
      String message = "cannot read " + file + ": it was interrupted";
      return new UncheckedIOException(message, new InterruptedIOException(message));
    } else if (cause instanceof InternalError || cause == null) {
      return new InvalidFileException(file, SafetensorsFile.BECAME_SHORTER, cause);
    }
    throw (Error) cause;
  }
}

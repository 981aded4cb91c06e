package org.diffusion4j.diffusion.pipeline;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/** Images made by several workers, each on a thread of its own. */
final class ParallelImages {

  /** Makes one image. */
  @FunctionalInterface
  interface Maker {
    /**
     * The image of a number.
     *
     * @param stop whether to give up with a {@link CancellationException}
     */
    GeneratedImage make(int image, ImageWorker worker, BooleanSupplier stop);
  }

  private final int count;
  private final Maker maker;
  private final BooleanSupplier cancelled;
  private final AtomicInteger next = new AtomicInteger();
  private final AtomicBoolean failed = new AtomicBoolean();

  /** By number; each place is written by one thread. */
  private final List<GeneratedImage> images;

  private ParallelImages(int count, BooleanSupplier cancelled, Maker maker) {
    this.count = count;
    this.cancelled = cancelled;
    this.maker = maker;
    this.images = new ArrayList<>(Collections.nCopies(count, null));
  }

  /**
   * Makes images 0 to {@code count - 1}. A single worker does so on the calling thread.
   *
   * <p>When this returns, however it does, no worker runs any more.
   *
   * @throws CancellationException if {@code cancelled} said so, or if the calling thread is
   *     interrupted
   */
  static List<GeneratedImage> make(
      int count, List<ImageWorker> workers, BooleanSupplier cancelled, Maker maker) {
    ParallelImages work = new ParallelImages(count, cancelled, maker);
    int threads = Math.min(count, workers.size());
    if (threads == 1) {
      work.run(workers.get(0));
      return work.images;
    }
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<Future<?>> runs = new ArrayList<>();
      for (ImageWorker worker : workers.subList(0, threads)) {
        runs.add(pool.submit(() -> work.run(worker)));
      }
      work.await(runs);
    } finally {
      pool.shutdown();
    }
    return work.images;
  }

  private void run(ImageWorker worker) {
    try {
      for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
        images.set(i, maker.make(i, worker, this::isStopped));
      }
    } catch (RuntimeException | Error e) {
      failed.set(true);
      throw e;
    }
  }

  private boolean isStopped() {
    return failed.get() || cancelled.getAsBoolean() || Thread.currentThread().isInterrupted();
  }

  /** Waits for all; throws what made the others stop, if anything did. */
  private void await(List<Future<?>> runs) {
    Throwable cause = null;
    boolean interrupted = false;
    for (Future<?> run : runs) {
      boolean ended = false;
      while (!ended) {
        try {
          run.get();
          ended = true;
        } catch (ExecutionException e) {
          ended = true;
          if (cause == null || cause instanceof CancellationException) {
            cause = e.getCause();
          }
        } catch (InterruptedException e) {
          // The workers stop at their next step; what they use must not be closed before.
          interrupted = true;
          failed.set(true);
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted while making images");
    } else if (cause instanceof Error error) {
      throw error;
    } else if (cause instanceof RuntimeException exception) {
      throw exception;
    }
  }
}

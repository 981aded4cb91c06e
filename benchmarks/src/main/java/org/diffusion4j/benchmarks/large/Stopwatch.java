package org.diffusion4j.benchmarks.large;

import java.util.concurrent.TimeUnit;

/** The time since it was made. */
final class Stopwatch {
  private final long start = System.nanoTime();

  double seconds() {
    return (double) (System.nanoTime() - start) / TimeUnit.SECONDS.toNanos(1);
  }
}

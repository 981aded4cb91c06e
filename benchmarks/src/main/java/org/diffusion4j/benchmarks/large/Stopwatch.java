package org.diffusion4j.benchmarks.large;

import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** The time since it was made, and what the process computed in it. */
final class Stopwatch {
  private final long start = System.nanoTime();
  private final long cpuStart = cpuTime();

  /** By the clock, and as processor time, which does not depend on what else the machine does. */
  record Lap(double seconds, double cpuSeconds) implements Comparable<Lap> {
    @Override
    public int compareTo(Lap other) {
      return Double.compare(seconds, other.seconds);
    }

    @Override
    public String toString() {
      return String.format(Locale.ROOT, "%8.2f s, of the processors %.2f s", seconds, cpuSeconds);
    }
  }

  Lap lap() {
    return new Lap(seconds(System.nanoTime() - start), seconds(cpuTime() - cpuStart));
  }

  private static double seconds(long nanoseconds) {
    return (double) nanoseconds / TimeUnit.SECONDS.toNanos(1);
  }

  private static long cpuTime() {
    return ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class)
        .getProcessCpuTime();
  }
}

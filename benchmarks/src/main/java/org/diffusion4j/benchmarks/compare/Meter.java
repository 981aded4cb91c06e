package org.diffusion4j.benchmarks.compare;

import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.diffusion4j.benchmarks.large.ResidentSize;

/**
 * Times the runs of a session.
 *
 * @param repeats the timed runs, at least
 * @param limitSeconds after which no further timed run begins, once there are {@link #LEAST_RUNS}
 * @param progress where to tell of the runs
 */
record Meter(int repeats, double limitSeconds, PrintStream progress) {
  /** Timed runs that no limit takes away. */
  static final int LEAST_RUNS = 3;

  /** The Java virtual machine compiles what runs often, and needs some time for it. */
  private static final double WARM_UP_SECONDS = 3;

  private static final int LEAST_WARM_UPS = 2;

  /** Quick works have more timed runs than asked for. */
  private static final double LEAST_SECONDS = 2;

  private static final int MOST_RUNS = 1000;

  /** What contenders are compared by. */
  private static final int VALUES = 500;

  private static final int LOSSES = 3;

  private static final double PROGRESS_SECONDS = 2;

  /**
   * Measures.
   *
   * @param flops of a run
   */
  Measurement measure(Session session, String library, long weights, long flops)
      throws IOException {
    List<Float> values = new ArrayList<>(spread(session.run()));
    double firstResult =
        (System.currentTimeMillis() - ManagementFactory.getRuntimeMXBean().getStartTime()) / 1e3;
    boolean loss = values.size() == 1;
    int warmUps = 1;
    Progress line = new Progress();
    for (long start = System.nanoTime();
        warmUps < LEAST_WARM_UPS || seconds(start) < WARM_UP_SECONDS;
        warmUps++) {
      float[] output = session.run();
      if (loss && values.size() < LOSSES) {
        values.add(output[0]);
      }
      line.print("warm-up " + warmUps);
    }
    List<Double> milliseconds = new ArrayList<>();
    for (long start = System.nanoTime(); isUnfinished(milliseconds.size(), seconds(start)); ) {
      long begin = System.nanoTime();
      float[] output = session.run();
      milliseconds.add(seconds(begin) * 1e3);
      if (loss && values.size() < LOSSES) {
        values.add(output[0]);
      }
      line.print("run " + milliseconds.size() + " of " + repeats);
    }
    long peak = ResidentSize.read().peak();
    return new Measurement(
        library, milliseconds, warmUps, firstResult, peak, weights, flops, values);
  }

  private boolean isUnfinished(int runs, double seconds) {
    if (runs < Math.min(repeats, LEAST_RUNS)) {
      return true;
    }
    boolean wanted = runs < repeats || seconds < LEAST_SECONDS;
    return wanted && runs < Math.max(repeats, MOST_RUNS) && seconds < limitSeconds;
  }

  /** A line every few seconds. */
  private final class Progress {
    private long last = System.nanoTime();

    void print(String line) {
      if (seconds(last) >= PROGRESS_SECONDS) {
        last = System.nanoTime();
        progress.println("  " + line);
      }
    }
  }

  private static double seconds(long since) {
    return (double) (System.nanoTime() - since) / TimeUnit.SECONDS.toNanos(1);
  }

  private static List<Float> spread(float[] output) {
    int count = Math.min(VALUES, output.length);
    List<Float> values = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      values.add(output[(int) ((long) i * output.length / count)]);
    }
    return values;
  }
}

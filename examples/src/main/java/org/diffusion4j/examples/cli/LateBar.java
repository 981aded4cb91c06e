package org.diffusion4j.examples.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Optional;
import me.tongfei.progressbar.ProgressBar;

/** A progress bar for what may be done before anybody wonders: it appears after some time. */
final class LateBar implements AutoCloseable {
  private final String task;
  private final String unit;
  private final long steps;
  private final PrintWriter lines;
  private final Duration patience;
  private final long start = System.nanoTime();
  private Optional<ProgressBar> bar = Optional.empty();
  private long done;

  /**
   * A bar that is running, though not yet visible.
   *
   * @param lines where to print without a terminal
   * @param patience how long it stays invisible
   */
  LateBar(String task, String unit, long steps, PrintWriter lines, Duration patience) {
    this.task = task;
    this.unit = unit;
    this.steps = steps;
    this.lines = lines;
    this.patience = patience;
  }

  /** One more step is done. */
  void step() {
    done++;
    Duration elapsed = Duration.ofNanos(System.nanoTime() - start);
    if (bar.isEmpty() && elapsed.compareTo(patience) > 0) {
      bar = Optional.of(ProgressBars.builder(task, unit, steps, lines).build());
    }
    bar.ifPresent(visible -> visible.stepTo(done));
  }

  @Override
  public void close() {
    bar.ifPresent(ProgressBar::close);
  }
}

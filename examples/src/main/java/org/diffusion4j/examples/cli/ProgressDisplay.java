package org.diffusion4j.examples.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.diffusion4j.core.train.TrainingListener;
import org.diffusion4j.core.train.TrainingStart;
import org.diffusion4j.core.train.TrainingStep;
import picocli.CommandLine;

/**
 * A bar with the loss and the speed of a training: redrawn in place on a terminal, else a line now
 * and then.
 */
final class ProgressDisplay implements TrainingListener {
  private static final int REDRAW_MILLIS = 250;
  private static final int LINE_MILLIS = 10_000;
  private static final int LINE_WIDTH = 120;

  private final PrintWriter lines;
  private Optional<ProgressBar> bar = Optional.empty();
  private long lastStep;

  /**
   * A display of one training.
   *
   * @param lines where to print without a terminal
   */
  ProgressDisplay(PrintWriter lines) {
    this.lines = lines;
  }

  /** The number of steps done, or 0 before any is. */
  long lastStep() {
    return lastStep;
  }

  @Override
  public void started(TrainingStart start) {
    lastStep = start.step();
    ProgressBarBuilder builder =
        ProgressBar.builder()
            .setTaskName("Training")
            .setUnit(" steps", 1)
            .setStyle(ProgressBarStyle.ASCII)
            .setInitialMax(start.steps())
            .startsFrom(start.step(), Duration.ZERO);
    if (!CommandLine.Help.Ansi.AUTO.enabled()) {
      builder
          .setUpdateIntervalMillis(LINE_MILLIS)
          .setConsumer(new DelegatingProgressBarConsumer(lines::println, LINE_WIDTH));
    } else {
      builder.setUpdateIntervalMillis(REDRAW_MILLIS);
    }
    bar = Optional.of(builder.build());
  }

  @Override
  public void stepped(TrainingStep step) {
    lastStep = step.step();
    bar.orElseThrow()
        .stepTo(step.step())
        .setExtraMessage(
            String.format(
                Locale.ROOT, " loss %.4f, %.0f images/s", step.loss(), step.imagesPerSecond()));
  }

  @Override
  public void finished() {
    bar.ifPresent(ProgressBar::close);
  }
}

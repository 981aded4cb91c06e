package org.diffusion4j.examples.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import me.tongfei.progressbar.ProgressBar;
import org.diffusion4j.core.train.TrainingListener;
import org.diffusion4j.core.train.TrainingStart;
import org.diffusion4j.core.train.TrainingStep;

/** A bar with the loss and the speed of a training. */
final class ProgressDisplay implements TrainingListener {
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
    bar =
        Optional.of(
            ProgressBars.builder("Training", "steps", start.steps(), lines)
                .startsFrom(start.step(), Duration.ZERO)
                .build());
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

package org.diffusion4j.examples.cli;

import java.io.PrintWriter;
import java.util.Optional;
import me.tongfei.progressbar.ProgressBar;
import org.diffusion4j.examples.evaluate.Evaluation;

/** One bar after the other for the stages of an evaluation. */
final class StageBars implements Evaluation.Progress, AutoCloseable {
  private final PrintWriter lines;
  private Optional<ProgressBar> bar = Optional.empty();

  StageBars(PrintWriter lines) {
    this.lines = lines;
  }

  @Override
  public void started(String stage, long steps) {
    close();
    bar = Optional.of(ProgressBars.builder(stage, "", steps, lines).build());
  }

  @Override
  public void stepped(long done) {
    bar.orElseThrow().stepTo(done);
  }

  @Override
  public void close() {
    bar.ifPresent(ProgressBar::close);
  }
}

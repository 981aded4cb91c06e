package org.diffusion4j.examples.cli;

import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import me.tongfei.progressbar.ProgressBar;
import org.diffusion4j.diffusion.train.CaptionedLatents;

/** A bar of what is encoded before a training, which Ctrl-C ends. */
final class EncodingDisplay implements CaptionedLatents.Progress, AutoCloseable {
  private final PrintWriter lines;
  private final BooleanSupplier cancelled;
  private Optional<ProgressBar> bar = Optional.empty();

  /**
   * A display that appears with the first picture or caption.
   *
   * @param lines where to print without a terminal
   */
  EncodingDisplay(PrintWriter lines, BooleanSupplier cancelled) {
    this.lines = lines;
    this.cancelled = cancelled;
  }

  @Override
  public void encoded(int done, int total) {
    if (cancelled.getAsBoolean()) {
      throw new CancellationException(
          "cancelled after encoding " + done + " of " + total + " pictures and captions");
    }
    if (bar.isEmpty()) {
      bar =
          Optional.of(
              ProgressBars.builder("Encoding", "pictures and captions", total, lines).build());
    }
    bar.get().stepTo(done);
    if (done == total) {
      close();
    }
  }

  @Override
  public void close() {
    bar.ifPresent(ProgressBar::close);
    bar = Optional.empty();
  }
}

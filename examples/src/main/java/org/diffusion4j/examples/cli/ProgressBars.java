package org.diffusion4j.examples.cli;

import java.io.PrintWriter;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import picocli.CommandLine;

/** Progress bars: redrawn in place on a terminal, else a line now and then. */
final class ProgressBars {
  private static final int REDRAW_MILLIS = 250;
  private static final int LINE_MILLIS = 10_000;
  private static final int LINE_WIDTH = 120;

  private ProgressBars() {}

  /**
   * A bar that is not yet running.
   *
   * @param lines where to print without a terminal
   */
  static ProgressBarBuilder builder(String task, String unit, long steps, PrintWriter lines) {
    ProgressBarBuilder builder =
        ProgressBar.builder()
            .setTaskName(task)
            .setUnit(" " + unit, 1)
            .setStyle(ProgressBarStyle.ASCII)
            .setInitialMax(steps);
    return CommandLine.Help.Ansi.AUTO.enabled()
        ? builder.setUpdateIntervalMillis(REDRAW_MILLIS)
        : builder
            .setUpdateIntervalMillis(LINE_MILLIS)
            .setConsumer(new DelegatingProgressBarConsumer(lines::println, LINE_WIDTH));
  }
}

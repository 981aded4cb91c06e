package org.diffusion4j.examples.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.diffusion4j.diffusion.sample.SchedulerType;
import org.diffusion4j.examples.convergence.Convergence;
import org.diffusion4j.examples.convergence.ConvergenceChart;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Draws the errors of all samplers. */
@Command(
    name = "convergence",
    description = {
      "Draws how the error of each sampler falls as its steps grow, on Gaussian data, for which the"
          + " perfect model and the exact answer are known.",
      "Example: diffusion4j convergence -o convergence.png"
    })
public final class ConvergenceCommand implements Callable<Integer> {
  private static final List<Integer> STEPS = List.of(5, 7, 10, 14, 20, 28, 40, 56, 80, 112, 160);

  @Spec CommandSpec command;
  @Mixin OutputOption output;

  @Override
  public Integer call() throws IOException {
    output.check();
    Map<SchedulerType, List<Convergence.Point>> curves = Convergence.measure(STEPS);
    ConvergenceChart.write(output.file, curves);
    PrintWriter out = command.commandLine().getOut();
    curves.forEach(
        (type, points) -> {
          Convergence.Point last = points.get(points.size() - 1);
          out.printf(
              Locale.ROOT,
              "%-24s error %.1e after %d steps%n",
              type.name().toLowerCase(Locale.ROOT),
              last.error(),
              last.steps());
        });
    return CommandLine.ExitCode.OK;
  }
}

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
  /** Divisors of the training timesteps, which every spacing divides evenly. */
  private static final List<Integer> STEPS = List.of(5, 8, 10, 20, 25, 40, 50, 100, 125, 200);

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
          out.printf(Locale.ROOT, "%-26s", type.name().toLowerCase(Locale.ROOT));
          points.forEach(point -> out.printf(Locale.ROOT, " %.1e", point.error()));
          out.println();
        });
    return CommandLine.ExitCode.OK;
  }
}

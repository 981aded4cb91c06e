package org.diffusion4j.examples.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import org.diffusion4j.core.execution.Execution;
import org.diffusion4j.diffusion.pipeline.OnnxPart;
import org.diffusion4j.diffusion.pipeline.PartGraph;
import org.diffusion4j.examples.profile.PartProfile;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Says where the time of a part of a model goes. */
@Command(
    name = "profile",
    description = {
      "Says which kinds of layers take the time of a part of a model: it runs the part, compiled to"
          + " oneDNN, on random inputs, and takes the time of each step.",
      "Example: diffusion4j profile --part vae_decoder --height 64 --width 64"
    })
public final class ProfileCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  @Spec CommandSpec command;
  @Mixin ModelOption model;

  @Option(
      names = "--part",
      paramLabel = "PART",
      defaultValue = "UNET",
      description = "One of ${COMPLETION-CANDIDATES} (capitals or not).")
  OnnxPart part;

  @Mixin PartShapeOptions shape;

  @Option(
      names = "--gradients",
      description = "Forward and backward, to all parameters, as in a training.")
  boolean gradients;

  @Option(
      names = "--runs",
      paramLabel = "COUNT",
      defaultValue = "10",
      description = "How many runs to take the average of; one before them warms up.")
  int runs;

  @Mixin ExecutionOptions execution;

  @Option(names = "--json", description = "Print the figures as JSON.")
  boolean json;

  @Override
  public Integer call() throws IOException {
    shape.check();
    OptionRules.atLeastOne(command, "--runs", runs);
    Execution chosen = execution.execution(command);
    PrintWriter out = command.commandLine().getOut();
    ProfileReport report;
    try (PartGraph graph = shape.build(part, model.open())) {
      report = new ProfileReport(measure(graph, chosen), settings(chosen));
    }
    if (json) {
      report.printJson(out);
    } else {
      report.printTable(out);
    }
    return CommandLine.ExitCode.OK;
  }

  private PartProfile measure(PartGraph graph, Execution chosen) {
    PrintWriter err = command.commandLine().getErr();
    try (Interruption interruption = Interruption.watch();
        LateBar bar = new LateBar("Running", "runs", runs, err, PATIENCE)) {
      return PartProfile.measure(
          graph,
          chosen,
          gradients,
          runs,
          done -> {
            if (interruption.requested()) {
              throw new CancellationException("cancelled after " + done + " of " + runs + " runs");
            }
            bar.step();
          });
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command.commandLine(), e.getMessage(), e);
    }
  }

  private Map<String, Object> settings(Execution chosen) {
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("model", model.name());
    settings.put("part", part.folder());
    settings.put("precision", chosen.precision().name().toLowerCase(Locale.ROOT));
    settings.put("threads", chosen.threads());
    settings.put("batch", shape.batch);
    settings.put("gradients", gradients);
    settings.put("runs", runs);
    return settings;
  }
}

package org.diffusion4j.examples.cli;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import org.diffusion4j.core.execution.Execution;
import org.diffusion4j.core.execution.Precision;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The options that say how graphs are run. */
final class ExecutionOptions {
  private static final String EXECUTOR = "--executor";
  private static final String PRECISION = "--precision";

  @Mixin ThreadsOption threads;

  @Option(
      names = EXECUTOR,
      paramLabel = "NAME",
      defaultValue = Execution.AUTO,
      completionCandidates = Executors.class,
      description =
          "What runs the graphs: one of ${COMPLETION-CANDIDATES}; auto takes the fastest that can.")
  private String executor;

  @Option(
      names = PRECISION,
      paramLabel = "NAME",
      defaultValue = "f32",
      description =
          "What they compute with: f32; bf16, two to three digits, for processors with AMX;"
              + " or fast, which is bf16 where this processor is faster with it and no gradients are"
              + " asked for, else f32. For verify also f64.")
  private Precision precision;

  /** The names that {@code --executor} takes. */
  private static final class Executors implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      List<String> names = new ArrayList<>(List.of(Execution.AUTO));
      names.addAll(Execution.executors());
      return names.iterator();
    }
  }

  /**
   * How a command runs graphs.
   *
   * @throws ParameterException if that cannot be had
   */
  Execution execution(CommandSpec command) {
    Execution execution = verified(command);
    OptionRules.require(
        command,
        precision != Precision.F64,
        PRECISION,
        "f64",
        "must be f32, bf16 or fast: f64 is for verify alone");
    return execution;
  }

  /**
   * The same for a verification, which may be in double precision.
   *
   * @throws ParameterException if that cannot be had
   */
  Execution verified(CommandSpec command) {
    int count = threads.count(command);
    try {
      return new Execution(executor.toLowerCase(Locale.ROOT), precision, count).requireExecutor();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command.commandLine(), "--" + e.getMessage(), e);
    }
  }
}

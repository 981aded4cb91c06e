package org.diffusion4j.examples.cli;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.diffusion4j.core.execution.Precision;
import org.diffusion4j.core.execution.choice.Execution;
import org.diffusion4j.core.execution.choice.ExecutorType;
import org.diffusion4j.core.verify.Target;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionStrategy;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The options that say how graphs are run. */
public final class ExecutionOptions {
  private static final String PRECISION = "--precision";

  @Mixin ThreadsOption threads;

  @Option(
      names = "--executor",
      paramLabel = "NAME",
      description =
          "What runs the graphs: onednn, samediff, or auto, which is oneDNN wherever it can. Without"
              + " it, what the system property "
              + Execution.EXECUTOR
              + " says, else auto.")
  Optional<ExecutorType> executor;

  @Option(
      names = PRECISION,
      paramLabel = "NAME",
      description =
          "What they compute with: f32; bf16, two to three digits, for processors with AMX;"
              + " or fast, which is bf16 where this processor is faster with it and no gradients are"
              + " asked for, else f32. For verify also f64. Without it, what the system property "
              + Execution.PRECISION
              + " says, else f32.")
  Optional<Precision> precision;

  /** Makes what a command's options set hold for that command alone. */
  public static void install(CommandLine commandLine) {
    IExecutionStrategy strategy = commandLine.getExecutionStrategy();
    commandLine.setExecutionStrategy(
        parsed -> {
          Map<String, Optional<String>> before = new HashMap<>();
          for (String name : List.of(Execution.EXECUTOR, Execution.PRECISION)) {
            before.put(name, Optional.ofNullable(System.getProperty(name)));
          }
          try {
            return strategy.execute(parsed);
          } finally {
            before.forEach(ExecutionOptions::restore);
          }
        });
  }

  private static void restore(String name, Optional<String> value) {
    value.ifPresentOrElse(text -> System.setProperty(name, text), () -> System.clearProperty(name));
  }

  /**
   * Makes them what graphs are run by from now on, with so many threads.
   *
   * @throws ParameterException if they cannot be had
   */
  Execution use(CommandSpec command) {
    Execution execution = execution(command);
    OptionRules.require(
        command,
        execution.precision() != Precision.F64,
        PRECISION,
        "f64",
        "must be f32, bf16 or fast: f64 is for verify alone");
    threads.use(command);
    execution.use();
    return execution;
  }

  /**
   * The same for a verification, which may be in double precision.
   *
   * @throws ParameterException if they cannot be had
   */
  Target target(CommandSpec command) {
    Execution execution = execution(command);
    threads.use(command);
    if (execution.precision() != Precision.F64) {
      execution.use();
    }
    return new Target(execution.executor(), execution.precision());
  }

  private Execution execution(CommandSpec command) {
    Execution current = current(command);
    Execution execution =
        new Execution(executor.orElse(current.executor()), precision.orElse(current.precision()));
    OptionRules.require(
        command,
        execution.executor() != ExecutorType.SAMEDIFF || execution.precision() != Precision.BF16,
        PRECISION,
        "bf16",
        "must be f32 or fast with the executor samediff, which has no bfloat16");
    OptionRules.require(
        command,
        execution.executor() != ExecutorType.ONEDNN || execution.precision() != Precision.F64,
        PRECISION,
        "f64",
        "must be f32, bf16 or fast with the executor onednn, which has no float64");
    return execution;
  }

  private static Execution current(CommandSpec command) {
    try {
      return Execution.current();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command.commandLine(), e.getMessage(), e);
    }
  }
}

package org.diffusion4j.examples.cli;

import org.diffusion4j.core.execution.NativeThreads;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** The option that says how many processors long computations use. */
final class ThreadsOption {
  @Option(
      names = "--threads",
      paramLabel = "COUNT",
      showDefaultValue = CommandLine.Help.Visibility.NEVER,
      description =
          "Processors to use, half of them if not given. All of them help only where nothing else"
              + " runs.")
  int count = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);

  /**
   * Sets the number for the calling thread.
   *
   * @throws picocli.CommandLine.ParameterException if it is not positive
   */
  void use(CommandSpec command) {
    OptionRules.atLeastOne(command, "--threads", count);
    NativeThreads.use(count);
  }
}

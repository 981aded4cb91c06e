package org.diffusion4j.examples.cli;

import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** The option that says how many processors long computations use. */
final class ThreadsOption {
  @Option(
      names = "--threads",
      paramLabel = "COUNT",
      showDefaultValue = CommandLine.Help.Visibility.NEVER,
      description = "Processors to use; all of them if not given.")
  private int count = Runtime.getRuntime().availableProcessors();

  /**
   * The number.
   *
   * @throws picocli.CommandLine.ParameterException if it is not positive
   */
  int count(CommandSpec command) {
    OptionRules.atLeastOne(command, "--threads", count);
    return count;
  }
}

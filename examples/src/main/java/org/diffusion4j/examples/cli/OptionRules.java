package org.diffusion4j.examples.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Rules for the values of options, broken ones answered as bad usage. */
final class OptionRules {
  private OptionRules() {}

  /**
   * The value must be at least 1.
   *
   * @throws ParameterException if it is not
   */
  static void atLeastOne(CommandSpec command, String option, long value) {
    require(command, value >= 1, option, value, "must be at least 1");
  }

  /**
   * A rule of one's own.
   *
   * @throws ParameterException if it does not hold
   */
  static void require(
      CommandSpec command, boolean holds, String option, Object value, String rule) {
    if (!holds) {
      throw new ParameterException(command.commandLine(), option + " (=" + value + ") " + rule);
    }
  }
}

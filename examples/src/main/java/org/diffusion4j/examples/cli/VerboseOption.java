package org.diffusion4j.examples.cli;

import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The option that adds stack traces to error messages. */
public final class VerboseOption {
  static final String NAME = "--verbose";

  @Option(
      names = NAME,
      scope = ScopeType.INHERIT,
      description = "Show stack traces with error messages.")
  boolean verbose;
}

package org.diffusion4j.benchmarks.command;

import picocli.CommandLine.Option;

/** The option that explains a command, to mix in. */
public final class HelpOption {
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help message and exit.")
  boolean help;
}

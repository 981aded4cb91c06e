package org.diffusion4j.benchmarks.large;

import picocli.CommandLine.Option;

/** The option that explains a command. */
final class HelpOption {
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help message and exit.")
  boolean help;
}

package org.diffusion4j.benchmarks.large;

import org.diffusion4j.benchmarks.command.CommandLines;
import org.diffusion4j.benchmarks.command.HelpOption;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Writes and measures a model of Stable Diffusion 1.5's size. */
@Command(
    name = LargeModelCommand.NAME,
    description = {
      "Writes and measures a U-Net of Stable Diffusion 1.5's size.",
      "Example: large-model write sd15, then large-model run sd15"
    },
    subcommands = {WriteModelCommand.class, RunModelCommand.class},
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:success", "1:failure", "2:bad usage"})
public final class LargeModelCommand {
  /** The first argument that leads here. */
  public static final String NAME = "large-model";

  @Mixin HelpOption help;

  private LargeModelCommand() {}

  /** The command line. */
  public static CommandLine commandLine() {
    return CommandLines.of(new LargeModelCommand());
  }
}

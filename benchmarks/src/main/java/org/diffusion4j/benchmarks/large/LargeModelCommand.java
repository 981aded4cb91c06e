package org.diffusion4j.benchmarks.large;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExecutionException;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;

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

  /** The command line; what goes wrong is said in one sentence. */
  public static CommandLine commandLine() {
    return new CommandLine(new LargeModelCommand())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler(LargeModelCommand::badUsage)
        .setExecutionExceptionHandler((e, command, parsed) -> failed(e, command))
        .setExecutionStrategy(LargeModelCommand::run);
  }

  private static int run(ParseResult parsed) {
    try {
      return new RunLast().execute(parsed);
    } catch (OutOfMemoryError e) {
      throw new ExecutionException(
          parsed.commandSpec().commandLine(),
          "out of memory (" + e.getMessage() + "): raise -Xmx, or the machine has too little",
          e);
    }
  }

  private static int badUsage(ParameterException e, String[] arguments) {
    CommandLine command = e.getCommandLine();
    String help = command.getCommandSpec().qualifiedName() + " --help";
    print(command, e.getMessage().strip() + "; see " + help);
    return CommandLine.ExitCode.USAGE;
  }

  private static int failed(Exception e, CommandLine command) {
    print(command, e.getMessage() == null ? e.toString() : e.getMessage());
    return CommandLine.ExitCode.SOFTWARE;
  }

  private static void print(CommandLine command, String sentence) {
    command.getErr().println(NAME + ": " + sentence.replaceAll("\\R\\s*", " "));
    command.getErr().flush();
  }
}

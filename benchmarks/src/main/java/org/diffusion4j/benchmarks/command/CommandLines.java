package org.diffusion4j.benchmarks.command;

import picocli.CommandLine;
import picocli.CommandLine.ExecutionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;

/** Command lines that say in one sentence what goes wrong. */
public final class CommandLines {
  private CommandLines() {}

  /** The command line of a command: bad usage ends with 2, failure with 1. */
  public static CommandLine of(Object command) {
    return new CommandLine(command)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler(CommandLines::badUsage)
        .setExecutionExceptionHandler((e, line, parsed) -> failed(e, line))
        .setExecutionStrategy(CommandLines::run);
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
    String name = command.getCommandSpec().root().name();
    command.getErr().println(name + ": " + sentence.replaceAll("\\R\\s*", " "));
    command.getErr().flush();
  }
}

package org.diffusion4j.benchmarks;

import java.io.IOException;
import java.util.Arrays;
import org.diffusion4j.benchmarks.compare.CompareCommand;
import org.diffusion4j.benchmarks.large.LargeModelCommand;
import org.openjdk.jmh.Main;

/** The entry point: {@code large-model}, {@code compare}, or whatever else JMH is told. */
public final class Benchmarks {
  private Benchmarks() {}

  /** Runs JMH, or the command and ends the process with its exit code. */
  public static void main(String[] arguments) throws IOException {
    String first = arguments.length > 0 ? arguments[0] : "";
    String[] rest =
        arguments.length > 0 ? Arrays.copyOfRange(arguments, 1, arguments.length) : arguments;
    switch (first) {
      case LargeModelCommand.NAME -> System.exit(LargeModelCommand.commandLine().execute(rest));
      case CompareCommand.NAME -> System.exit(CompareCommand.commandLine().execute(rest));
      default -> Main.main(arguments);
    }
  }
}

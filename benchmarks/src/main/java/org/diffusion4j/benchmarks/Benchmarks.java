package org.diffusion4j.benchmarks;

import java.io.IOException;
import java.util.Arrays;
import org.diffusion4j.benchmarks.large.LargeModelCommand;
import org.openjdk.jmh.Main;

/** The entry point: the command {@code large-model}, or whatever else JMH is told. */
public final class Benchmarks {
  private Benchmarks() {}

  /** Runs JMH, or the command and ends the process with its exit code. */
  public static void main(String[] arguments) throws IOException {
    if (arguments.length > 0 && arguments[0].equals(LargeModelCommand.NAME)) {
      String[] rest = Arrays.copyOfRange(arguments, 1, arguments.length);
      System.exit(LargeModelCommand.commandLine().execute(rest));
    }
    Main.main(arguments);
  }
}

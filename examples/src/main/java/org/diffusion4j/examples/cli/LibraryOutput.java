package org.diffusion4j.examples.cli;

import java.io.PrintStream;

/**
 * Where libraries print to instead of the standard output, which is for the results of commands.
 *
 * <p>What ND4J 1.0.0-M2.1 says of every operation that it differentiates is dropped, as no logging
 * configuration can do: {@code SameDiff.createGradFunction} prints it itself.
 */
public final class LibraryOutput extends PrintStream {
  private static final String DIFFERENTIATED = "Added differentiated op ";

  public LibraryOutput(PrintStream target) {
    super(target, true);
  }

  /** Sends to the logs, which are configured, what JavaCPP would print on the standard error. */
  public static void useLogs() {
    System.setProperty("org.bytedeco.javacpp.logger", "slf4j");
  }

  @Override
  public void println(String line) {
    if (line == null || !line.startsWith(DIFFERENTIATED)) {
      super.println(line);
    }
  }
}

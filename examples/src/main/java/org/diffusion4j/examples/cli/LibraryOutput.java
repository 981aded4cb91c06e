package org.diffusion4j.examples.cli;

import java.io.PrintStream;
import java.nio.charset.Charset;

/**
 * Where libraries print to instead of the standard output, which is for the results of commands.
 *
 * <p>What ND4J 1.0.0-M2.1 says of every operation that it differentiates is dropped, as no logging
 * configuration can do: {@code SameDiff.createGradFunction} prints it itself.
 */
public final class LibraryOutput extends PrintStream {
  private static final String DIFFERENTIATED = "Added differentiated op ";

  /** One that prints in the charset of whoever reads the target, as that does. */
  public LibraryOutput(PrintStream target) {
    super(target, true, Charset.forName(System.getProperty("native.encoding")));
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

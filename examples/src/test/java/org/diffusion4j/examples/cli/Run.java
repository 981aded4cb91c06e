package org.diffusion4j.examples.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.diffusion4j.examples.Diffusion4j;

/** A command that has run, and what it printed. */
record Run(int exitCode, String out, String err) {

  static Run of(Object... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    String[] texts = new String[arguments.length];
    for (int i = 0; i < texts.length; i++) {
      texts[i] = arguments[i].toString();
    }
    int exitCode =
        Diffusion4j.commandLine()
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true))
            .execute(texts);
    return new Run(exitCode, out.toString(), err.toString());
  }
}

package org.diffusion4j.core.verify;

/** Texts of golden files, which strangers may have written, in what a user reads. */
public final class Texts {
  /** Longer texts are cut. */
  private static final int MAX_QUOTED = 100;

  private Texts() {}

  /** The text as it may stand in a message: short, on one line, without control characters. */
  public static String quote(String text) {
    String cut = text.length() <= MAX_QUOTED ? text : text.substring(0, MAX_QUOTED) + "...";
    return cut.replaceAll("\\p{Cntrl}", "?");
  }

  /** Whether it is a name: not blank, short and without control characters. */
  public static boolean isName(String text) {
    return !text.isBlank() && quote(text).equals(text);
  }
}

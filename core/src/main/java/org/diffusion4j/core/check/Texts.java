package org.diffusion4j.core.check;

import java.util.regex.Pattern;

/** Texts that strangers may have written, as a user reads them. */
public final class Texts {
  /** Longer quotations are cut. */
  private static final int MAX_QUOTED = 100;

  /** Longer sentences, which may hold quotations, are cut. */
  private static final int MAX_SENTENCE = 400;

  /** Control characters, line ends, and what turns the direction of writing. */
  private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]");

  private Texts() {}

  /** The text as it may stand in a message: short, on one line, without control characters. */
  public static String quote(String text) {
    return printable(text, MAX_QUOTED);
  }

  /** The same for a whole message. */
  public static String sentence(String text) {
    return printable(text, MAX_SENTENCE);
  }

  private static String printable(String text, int maxLength) {
    String cut = text.length() <= maxLength ? text : text.substring(0, maxLength) + "...";
    return UNPRINTABLE.matcher(cut).replaceAll("?");
  }

  /** Whether it is a name: not blank, short and without control characters. */
  public static boolean isName(String text) {
    return !text.isBlank() && quote(text).equals(text);
  }
}

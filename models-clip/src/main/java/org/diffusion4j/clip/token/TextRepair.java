package org.diffusion4j.clip.token;

import java.text.Normalizer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Repairs of text that went through the wrong programs, as the Python package ftfy does them.
 *
 * <p>They are done over and over until there is nothing left to repair: a reference may stand for
 * the ampersand of another one, and text may have been decoded wrongly twice.
 */
final class TextRepair {
  /** A text that needs more was made to need more, and would take long. */
  private static final int MAX_ROUNDS = 16;

  private static final Pattern REFERENCE = Pattern.compile("&#?[0-9A-Za-z]{1,24};");

  /** A control sequence that colours text or moves the cursor (ECMA-48). */
  private static final Pattern TERMINAL_ESCAPE = Pattern.compile("\u001B\\[[0-9;]*[a-zA-Z]");

  private TextRepair() {}

  static String of(String text) {
    // Text with tags is HTML, and its references are as they should be.
    boolean isPlain = text.indexOf('<') < 0;
    String repaired = text;
    for (int round = 0; round < MAX_ROUNDS; round++) {
      String before = repaired;
      if (isPlain) {
        repaired =
            REFERENCE
                .matcher(repaired)
                .replaceAll(
                    found -> Matcher.quoteReplacement(HtmlEntities.unescape(found.group())));
      }
      repaired = TERMINAL_ESCAPE.matcher(repaired).replaceAll("");
      repaired = Mojibake.repair(repaired);
      repaired = Composition.of(plainCharacters(repaired));
      if (repaired.equals(before)) {
        break;
      }
    }
    return repaired;
  }

  private static String plainCharacters(String text) {
    StringBuilder plain = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\uFB05') {
        // Compatibility would also make the long s a round one.
        plain.append("\u017Ft");
      } else if (isLigature(c) || isOfOtherWidth(c)) {
        plain.append(Normalizer.normalize(String.valueOf(c), Normalizer.Form.NFKC));
      } else if ((c >= '\u2018' && c <= '\u201B') || c == '\u02BC') {
        plain.append('\'');
      } else if (c >= '\u201C' && c <= '\u201F') {
        plain.append('"');
      } else if (!isControl(c)) {
        plain.append(c);
      }
    }
    return plain.toString();
  }

  /** Two or three Latin letters in one character. */
  private static boolean isLigature(char c) {
    return (c >= '\uFB00' && c <= '\uFB06')
        || (c >= '\u01C4' && c <= '\u01CC')
        || (c >= '\u01F1' && c <= '\u01F3')
        || c == '\u0132'
        || c == '\u0133'
        || c == '\u0149';
  }

  /** Full-width and half-width forms, and the ideographic space. */
  private static boolean isOfOtherWidth(char c) {
    return (c >= '\uFF01' && c <= '\uFFEF') || c == '\u3000';
  }

  /** Characters that are no text and no white space, among them the byte order mark. */
  private static boolean isControl(char c) {
    return c <= '\b'
        || c == '\u000B'
        || (c >= '\u000E' && c <= '\u001F')
        || c == '\u007F'
        || (c >= '\u206A' && c <= '\u206F')
        || c == '\uFEFF'
        || (c >= '\uFFF9' && c <= '\uFFFC');
  }
}

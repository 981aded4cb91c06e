package org.diffusion4j.clip.token;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/**
 * UTF-8 that was decoded as Windows-1252 or Latin-1: {@code Ã©} for {@code é}.
 *
 * <p>A run of characters beyond ASCII that as bytes of Windows-1252 is valid UTF-8 was UTF-8, if
 * there are two characters in it or its first bytes are of those that hardly ever stand beside each
 * other as Windows-1252: of characters of Latin-1 ({@code Â}, {@code Ã} and a symbol), of
 * punctuation ({@code â€}, {@code â‚}, {@code â„}) or of emoji ({@code ðŸ}). A single other one may
 * be right as it is: {@code Å™}, {@code ë…”}.
 */
final class Mojibake {
  private static final int ASCII = 0x80;
  private static final int LATIN_1 = 0x100;

  /** The first of the characters where Windows-1252 has what Latin-1 has for controls. */
  private static final int FIRST_CONTROL = 0x80;

  private static final int LAST_CONTROL = 0x9F;

  /** What Windows-1252 has for the bytes from 0x80 to 0x9F; U+FFFD where it has nothing. */
  private static final String INSTEAD_OF_CONTROLS = insteadOfControls();

  private Mojibake() {}

  private static String insteadOfControls() {
    byte[] bytes = new byte[LAST_CONTROL - FIRST_CONTROL + 1];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (FIRST_CONTROL + i);
    }
    return new String(bytes, Charset.forName("windows-1252"));
  }

  /** The text with such runs decoded again, and other control characters as Windows-1252. */
  static String repair(String text) {
    StringBuilder repaired = new StringBuilder(text.length());
    for (int start = 0; start < text.length(); ) {
      int end = start;
      while (end < text.length() && toByte(text.charAt(end)) >= ASCII) {
        end++;
      }
      if (end == start) {
        repaired.append(text.charAt(start));
        start++;
      } else {
        repaired.append(repairRun(text.substring(start, end)));
        start = end;
      }
    }
    return repaired.toString();
  }

  private static String repairRun(String run) {
    byte[] bytes = new byte[run.length()];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) toByte(run.charAt(i));
    }
    try {
      CharBuffer decoded = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      if (Character.codePointCount(decoded, 0, decoded.length()) > 1 || isTelling(bytes)) {
        return decoded.toString();
      }
    } catch (CharacterCodingException e) {
      // It never was UTF-8.
    }
    return withoutControls(run);
  }

  private static boolean isTelling(byte[] utf8) {
    int first = Byte.toUnsignedInt(utf8[0]);
    int second = Byte.toUnsignedInt(utf8[1]);
    return first == 0xC2
        || first == 0xC3
        || (first == 0xE2 && (second == 0x80 || second == 0x82 || second == 0x84))
        || (first == 0xF0 && second == 0x9F);
  }

  private static String withoutControls(String run) {
    StringBuilder text = new StringBuilder(run);
    for (int i = 0; i < run.length(); i++) {
      int c = run.charAt(i);
      if (c >= FIRST_CONTROL && c <= LAST_CONTROL) {
        char instead = INSTEAD_OF_CONTROLS.charAt(c - FIRST_CONTROL);
        text.setCharAt(i, instead == '\uFFFD' ? (char) c : instead);
      }
    }
    return text.toString();
  }

  /** The byte of a character in Windows-1252 or Latin-1, -1 if there is none. */
  private static int toByte(char c) {
    if (c < LATIN_1) {
      return c;
    }
    int control = c == '\uFFFD' ? -1 : INSTEAD_OF_CONTROLS.indexOf(c);
    return control < 0 ? -1 : FIRST_CONTROL + control;
  }
}

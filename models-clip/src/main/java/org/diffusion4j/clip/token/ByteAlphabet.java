package org.diffusion4j.clip.token;

import java.io.ByteArrayOutputStream;
import org.diffusion4j.core.check.Texts;

/**
 * The printable character that stands for each byte in vocabulary files (GPT-2's byte alphabet).
 *
 * <p>Bytes that are visible characters in Latin-1 stand for themselves; the rest take the code
 * points from 256 on, in byte order.
 */
final class ByteAlphabet {
  static final int BYTES = 256;

  private static final char[] CHARACTERS = new char[BYTES];
  private static final int[] BYTE_BY_CHARACTER = new int[2 * BYTES];

  static {
    java.util.Arrays.fill(BYTE_BY_CHARACTER, -1);
    int next = BYTES;
    for (int b = 0; b < BYTES; b++) {
      CHARACTERS[b] = (char) (isVisible(b) ? b : next++);
      BYTE_BY_CHARACTER[CHARACTERS[b]] = b;
    }
  }

  private ByteAlphabet() {}

  private static boolean isVisible(int b) {
    return (b >= '!' && b <= '~') || (b >= 0xA1 && b <= 0xAC) || b >= 0xAE;
  }

  /** The character of an unsigned byte. */
  static char character(int unsignedByte) {
    return CHARACTERS[unsignedByte];
  }

  /** The bytes in the order in which the vocabulary lists their characters: visible ones first. */
  static int[] vocabularyOrder() {
    int[] order = new int[BYTES];
    int n = 0;
    for (int b = 0; b < BYTES; b++) {
      if (isVisible(b)) {
        order[n++] = b;
      }
    }
    for (int b = 0; b < BYTES; b++) {
      if (!isVisible(b)) {
        order[n++] = b;
      }
    }
    return order;
  }

  /**
   * The bytes that a token's characters stand for.
   *
   * @throws IllegalArgumentException if a character stands for no byte
   */
  static byte[] bytes(String token) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(token.length());
    for (int i = 0; i < token.length(); i++) {
      char c = token.charAt(i);
      int b = c < BYTE_BY_CHARACTER.length ? BYTE_BY_CHARACTER[c] : -1;
      if (b < 0) {
        throw new IllegalArgumentException(
            "token (=" + Texts.quote(token) + ") must consist of characters of the byte alphabet");
      }
      bytes.write(b);
    }
    return bytes.toByteArray();
  }
}

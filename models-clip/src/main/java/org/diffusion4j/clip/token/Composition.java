package org.diffusion4j.clip.token;

import java.text.Normalizer;

/** Composed characters, Unicode's NFC. */
final class Composition {
  /** The longest run of marks that is composed as one (Unicode Standard Annex 15, D4). */
  private static final int STREAM_SAFE_MARKS = 30;

  private Composition() {}

  /** NFC in linear time: reordering an endless run of marks would take quadratic time. */
  static String of(String text) {
    StringBuilder composed = new StringBuilder(text.length());
    int start = 0;
    int marks = 0;
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      i += Character.charCount(c);
      marks = isMark(c) ? marks + 1 : 0;
      if (marks == STREAM_SAFE_MARKS) {
        composed.append(Normalizer.normalize(text.substring(start, i), Normalizer.Form.NFC));
        start = i;
        marks = 0;
      }
    }
    return composed
        .append(Normalizer.normalize(text.substring(start), Normalizer.Form.NFC))
        .toString();
  }

  private static boolean isMark(int c) {
    int type = Character.getType(c);
    return type == Character.NON_SPACING_MARK
        || type == Character.COMBINING_SPACING_MARK
        || type == Character.ENCLOSING_MARK;
  }
}

package org.diffusion4j.clip.token;

import java.text.Normalizer;
import java.util.regex.Pattern;

/** What CLIP does to a prompt before it splits it into words. */
final class TextCleaner {
  private static final Pattern WHITESPACE = Pattern.compile("\\p{IsWhite_Space}+");

  /** The longest run of marks that is composed as one (Unicode Standard Annex 15, D4). */
  private static final int STREAM_SAFE_MARKS = 30;

  private TextCleaner() {}

  static String clean(String text) {
    // 1. HTML references, twice: captions from the web are often escaped twice.
    String unescaped = HtmlEntities.unescape(HtmlEntities.unescape(text));
    // 2. Composed characters (NFC), the one step of ftfy that every CLIP tokenizer has.
    String composed = compose(unescaped);
    // 3. Single spaces, none at the ends.
    String collapsed = WHITESPACE.matcher(composed).replaceAll(" ").strip();
    // 4. Lower case.
    return LowerCase.of(collapsed);
  }

  /** NFC in linear time: reordering an endless run of marks would take quadratic time. */
  private static String compose(String text) {
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

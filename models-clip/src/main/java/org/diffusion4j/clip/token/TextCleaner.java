package org.diffusion4j.clip.token;

import java.util.regex.Pattern;

/** What CLIP does to a prompt before it splits it into words. */
final class TextCleaner {
  private static final Pattern WHITESPACE = Pattern.compile("\\p{IsWhite_Space}+");

  private TextCleaner() {}

  static String clean(String text) {
    // 1. What went wrong on the way here.
    String repaired = TextRepair.of(text);
    // 2. HTML references, twice: captions from the web are often escaped twice.
    String unescaped = HtmlEntities.unescape(HtmlEntities.unescape(repaired));
    // 3. Single spaces, none at the ends, and lower case.
    return LowerCase.of(collapse(unescaped));
  }

  /** Single spaces, none at the ends. */
  static String collapse(String text) {
    return WHITESPACE.matcher(text).replaceAll(" ").strip();
  }
}

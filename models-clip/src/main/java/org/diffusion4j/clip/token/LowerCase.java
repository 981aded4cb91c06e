package org.diffusion4j.clip.token;

/**
 * Unicode's full lower-case mapping, in time linear in the text.
 *
 * <p>{@link String#toLowerCase} asks a word iterator at every capital sigma, which takes quadratic
 * time on long words and decides by words; the Unicode Standard (3.13, Final_Sigma) and Python
 * decide by the neighbouring letters.
 */
final class LowerCase {
  private static final int CAPITAL_SIGMA = 'Σ';
  private static final int CAPITAL_I_WITH_DOT = 'İ';

  /** The characters of class Case_Ignorable that their general category does not show. */
  private static final String IGNORABLE_PUNCTUATION =
      "'.:^`\u00A8\u00AD\u00AF\u00B4\u00B7\u00B8\u0387\u055F\u05F4\u2018\u2019\u2024\u2027\uFE13\uFE52\uFE55\uFF07\uFF0E\uFF1A";

  private LowerCase() {}

  static String of(String text) {
    StringBuilder lower = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      int end = i + Character.charCount(c);
      if (c == CAPITAL_SIGMA) {
        lower.append(isFinal(text, i, end) ? 'ς' : 'σ');
      } else if (c == CAPITAL_I_WITH_DOT) {
        lower.append("i\u0307");
      } else {
        lower.appendCodePoint(Character.toLowerCase(c));
      }
      i = end;
    }
    return lower.toString();
  }

  private static boolean isFinal(String text, int start, int end) {
    int before = start;
    while (before > 0 && isCaseIgnorable(text.codePointBefore(before))) {
      before -= Character.charCount(text.codePointBefore(before));
    }
    if (before == 0 || !isCased(text.codePointBefore(before))) {
      return false;
    }
    int after = end;
    while (after < text.length() && isCaseIgnorable(text.codePointAt(after))) {
      after += Character.charCount(text.codePointAt(after));
    }
    return after == text.length() || !isCased(text.codePointAt(after));
  }

  private static boolean isCased(int c) {
    return Character.isLowerCase(c) || Character.isUpperCase(c) || Character.isTitleCase(c);
  }

  private static boolean isCaseIgnorable(int c) {
    return switch (Character.getType(c)) {
      case Character.NON_SPACING_MARK,
          Character.ENCLOSING_MARK,
          Character.FORMAT,
          Character.MODIFIER_LETTER,
          Character.MODIFIER_SYMBOL ->
          true;
      default -> IGNORABLE_PUNCTUATION.indexOf(c) >= 0;
    };
  }
}

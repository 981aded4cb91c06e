package org.diffusion4j.clip.token;

/** The cleaning of BERT's basic tokenizer (Devlin et al. 2019), which keeps accents here. */
final class BasicCleaner {
  private static final int REPLACEMENT = 0xFFFD;

  private BasicCleaner() {}

  static String clean(String text) {
    // 1. No control characters; Chinese characters are words of their own.
    StringBuilder kept = new StringBuilder(text.length());
    text.codePoints()
        .filter(c -> !isDropped(c))
        .forEach(
            c -> {
              if (isChinese(c)) {
                kept.append(' ').appendCodePoint(c).append(' ');
              } else {
                kept.appendCodePoint(c);
              }
            });
    // 2. Composed characters (NFC), single spaces, lower case.
    return LowerCase.of(TextCleaner.collapse(Composition.of(kept.toString())));
  }

  /** All of Unicode's category "other" but line ends and tabs. */
  private static boolean isDropped(int c) {
    if (c == '\t' || c == '\n' || c == '\r') {
      return false;
    }
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED ->
          true;
      default -> c == REPLACEMENT;
    };
  }

  /** The blocks of CJK ideographs that Unicode had when BERT was made. */
  private static boolean isChinese(int c) {
    return (c >= 0x4E00 && c <= 0x9FFF)
        || (c >= 0x3400 && c <= 0x4DBF)
        || (c >= 0x20000 && c <= 0x2A6DF)
        || (c >= 0x2A700 && c <= 0x2CEAF)
        || (c >= 0xF900 && c <= 0xFAFF)
        || (c >= 0x2F800 && c <= 0x2FA1F);
  }
}

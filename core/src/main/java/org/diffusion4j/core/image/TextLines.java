package org.diffusion4j.core.image;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;

/** Breaks captions into lines. */
final class TextLines {
  private static final String ELLIPSIS = "…";

  private TextLines() {}

  /**
   * The lines of a text: broken between words, within a word that is too long for a line, and cut
   * with an ellipsis after the last line.
   */
  static List<String> wrap(String text, BitmapFont font, int maxWidth, int maxLines) {
    String composed = Normalizer.normalize(text, Normalizer.Form.NFC).strip();
    List<String> lines = new ArrayList<>();
    String line = "";
    for (String word : composed.split("\\s+", -1)) {
      String longer = line.isEmpty() ? word : line + " " + word;
      if (font.width(longer) <= maxWidth) {
        line = longer;
        continue;
      }
      if (!line.isEmpty()) {
        lines.add(line);
      }
      line = word;
      while (font.width(line) > maxWidth) {
        String head = fitting(line, font, maxWidth);
        lines.add(head);
        line = line.substring(head.length());
      }
    }
    if (!line.isEmpty()) {
      lines.add(line);
    }
    if (lines.size() <= maxLines) {
      return lines;
    }
    List<String> cut = new ArrayList<>(lines.subList(0, maxLines));
    String last = cut.get(maxLines - 1);
    while (!last.isEmpty() && font.width(last + ELLIPSIS) > maxWidth) {
      last = last.substring(0, last.offsetByCodePoints(last.length(), -1));
    }
    cut.set(maxLines - 1, last.stripTrailing() + ELLIPSIS);
    return cut;
  }

  /** The longest beginning that fits, one character at least. */
  private static String fitting(String word, BitmapFont font, int maxWidth) {
    int end = word.offsetByCodePoints(0, 1);
    while (end < word.length()
        && font.width(word.substring(0, word.offsetByCodePoints(end, 1))) <= maxWidth) {
      end = word.offsetByCodePoints(end, 1);
    }
    return word.substring(0, end);
  }
}

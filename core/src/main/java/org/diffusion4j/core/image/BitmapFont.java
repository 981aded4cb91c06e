package org.diffusion4j.core.image;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/**
 * A proportional bitmap font in the Glyph Bitmap Distribution Format (BDF 2.1).
 *
 * <p>AWT draws text only where the machine has fontconfig and fonts, which a headless Java runtime
 * mostly lacks; this font comes with the jar. A character that it lacks shows as a question mark.
 */
final class BitmapFont {
  private static final String RESOURCE = "helvR12.bdf";
  private static final BitmapFont DEFAULT = load();

  private final Map<Integer, Glyph> glyphs = new HashMap<>();
  private int ascent;
  private int descent;

  /** A glyph whose pixel (x, y) is bit {@code y * width + x} of the ink. */
  private record Glyph(int advance, int width, int height, int left, int bottom, BitSet ink) {}

  /** Where drawn pixels go. */
  interface Canvas {
    void set(int x, int y);
  }

  private BitmapFont() {}

  /** Helvetica with capitals 9 pixels high, Latin alphabets. */
  static BitmapFont helvetica() {
    return DEFAULT;
  }

  /** The height of a line without spacing, in pixels. */
  int lineHeight() {
    return ascent + descent;
  }

  /** The pixels that a text advances by. */
  int width(String text) {
    return text.codePoints().map(character -> glyph(character).advance()).sum();
  }

  /** Draws a line of text whose top left corner is at (0, 0). */
  void draw(String text, Canvas canvas) {
    int origin = 0;
    for (int character : text.codePoints().toArray()) {
      Glyph glyph = glyph(character);
      int top = ascent - glyph.bottom() - glyph.height();
      int left = origin + glyph.left();
      glyph.ink().stream()
          .forEach(bit -> canvas.set(left + bit % glyph.width(), top + bit / glyph.width()));
      origin += glyph.advance();
    }
  }

  private Glyph glyph(int character) {
    Glyph glyph = glyphs.get(character);
    return glyph == null ? glyphs.get((int) '?') : glyph;
  }

  private static BitmapFont load() {
    try (InputStream stream = BitmapFont.class.getResourceAsStream(RESOURCE);
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(stream, StandardCharsets.ISO_8859_1))) {
      BitmapFont font = new BitmapFont();
      font.parse(lines);
      return font;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + RESOURCE, e);
    }
  }

  private void parse(BufferedReader lines) throws IOException {
    int encoding = 0;
    int advance = 0;
    int[] box = {};
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      String[] words = line.split(" ", -1);
      switch (words[0]) {
        case "FONT_ASCENT" -> ascent = Integer.parseInt(words[1]);
        case "FONT_DESCENT" -> descent = Integer.parseInt(words[1]);
        case "ENCODING" -> encoding = Integer.parseInt(words[1]);
        case "DWIDTH" -> advance = Integer.parseInt(words[1]);
        case "BBX" -> box = Arrays.stream(words).skip(1).mapToInt(Integer::parseInt).toArray();
        case "BITMAP" -> {
          BitSet ink = ink(lines, box[0], box[1]);
          glyphs.put(encoding, new Glyph(advance, box[0], box[1], box[2], box[3], ink));
        }
        default -> {}
      }
    }
  }

  /** The rows of a glyph: hexadecimal digits, the highest bit leftmost, padded on the right. */
  private static BitSet ink(BufferedReader lines, int width, int height) throws IOException {
    BitSet ink = new BitSet(width * height);
    for (int y = 0; y < height; y++) {
      String digits = lines.readLine();
      int row = Integer.parseInt(digits, 16) >> (digits.length() * 4 - width);
      for (int x = 0; x < width; x++) {
        ink.set(y * width + x, (row >> (width - 1 - x) & 1) != 0);
      }
    }
    return ink;
  }
}

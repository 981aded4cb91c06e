package org.diffusion4j.core.image;

import java.util.Arrays;

/** A light RGB page that pictures and lines of text are put on. */
final class Page {
  private static final byte BACKGROUND = (byte) 0xf4;
  private static final byte INK = (byte) 0x20;
  private static final int CHANNELS = 3;

  private final int height;
  private final int width;
  private final byte[] values;

  Page(int height, int width) {
    this.height = height;
    this.width = width;
    long size = Math.multiplyExact((long) CHANNELS * height, (long) width);
    values = new byte[Math.toIntExact(size)];
    Arrays.fill(values, BACKGROUND);
  }

  void picture(PixelImage picture, int left, int top) {
    for (int channel = 0; channel < CHANNELS; channel++) {
      for (int y = 0; y < picture.height(); y++) {
        for (int x = 0; x < picture.width(); x++) {
          int value = picture.value(Math.min(channel, picture.channels() - 1), y, x);
          set(channel, top + y, left + x, (byte) value);
        }
      }
    }
  }

  void text(String line, int left, int top, int scale) {
    BitmapFont.helvetica()
        .draw(
            line,
            (x, y) -> {
              for (int i = 0; i < scale * scale; i++) {
                int column = left + x * scale + i % scale;
                int row = top + y * scale + i / scale;
                for (int channel = 0; channel < CHANNELS; channel++) {
                  set(channel, row, column, INK);
                }
              }
            });
  }

  PixelImage image() {
    return new PixelImage(CHANNELS, height, width, values);
  }

  private void set(int channel, int y, int x, byte value) {
    // Accents and overhanging glyphs may reach past the edge.
    if (y >= 0 && y < height && x >= 0 && x < width) {
      values[(channel * height + y) * width + x] = value;
    }
  }
}

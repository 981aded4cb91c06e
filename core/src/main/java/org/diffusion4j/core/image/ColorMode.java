package org.diffusion4j.core.image;

/** What the channels of a picture are. */
public enum ColorMode {
  /** One channel of luma. */
  GRAY(1),

  /** Red, green, blue. */
  RGB(3);

  private final int channels;

  ColorMode(int channels) {
    this.channels = channels;
  }

  /** The number of channels. */
  public int channels() {
    return channels;
  }

  /** ITU-R BT.601 luma in 16-bit fixed point, as Pillow's mode L. */
  static int luma(int red, int green, int blue) {
    return (red * 19595 + green * 38470 + blue * 7471 + (1 << 15)) >> 16;
  }
}

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
}

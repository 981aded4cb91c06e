package org.diffusion4j.core.image;

/** What becomes of the transparency of a picture file. */
public enum Transparency {
  /** The picture lies on white, as a viewer shows it. */
  ON_WHITE {
    @Override
    int apply(int channel, int alpha) {
      return (channel * alpha + OPAQUE * (OPAQUE - alpha) + OPAQUE / 2) / OPAQUE;
    }
  },

  /** The color under it is taken as opaque, as Pillow's {@code convert("RGB")} does. */
  DROPPED {
    @Override
    int apply(int channel, int alpha) {
      return channel;
    }
  };

  private static final int OPAQUE = 255;

  /** What becomes of a value of 0 to 255 under an opacity of 0 to 255. */
  abstract int apply(int channel, int alpha);
}

package org.diffusion4j.core.image;

import java.util.Arrays;
import java.util.Locale;
import org.diffusion4j.core.check.Require;

/**
 * The filters that pictures are resized with, under Pillow's names and numbers.
 *
 * <p>All but {@link #NEAREST} weigh the pixels around a place by a kernel, which widens as a
 * picture shrinks, so that nothing aliases.
 */
public enum Resampling {
  /** The pixel that the middle of the new one falls into. */
  NEAREST(0, 0) {
    @Override
    double kernel(double x) {
      throw new UnsupportedOperationException("the nearest pixel has no kernel");
    }
  },

  /** Lanczos' windowed sinc, {@code sinc(x) sinc(x / 3)}. */
  LANCZOS(1, 3) {
    @Override
    double kernel(double x) {
      return -support() <= x && x < support() ? sinc(x) * sinc(x / support()) : 0;
    }
  },

  /** The triangle of linear interpolation. */
  BILINEAR(2, 1) {
    @Override
    double kernel(double x) {
      return Math.max(0, 1 - Math.abs(x));
    }
  },

  /** Keys' kernel with a = -0.5, "Cubic Convolution Interpolation" (1981), formula 4. */
  BICUBIC(3, 2) {
    @Override
    double kernel(double x) {
      double distance = Math.abs(x);
      if (distance < 1) {
        return ((CUBIC_A + 2) * distance - (CUBIC_A + 3)) * distance * distance + 1;
      } else if (distance < support()) {
        return (((distance - 5) * distance + 8) * distance - 4) * CUBIC_A;
      } else {
        return 0;
      }
    }
  },

  /** The mean of the pixels that the new one covers. */
  BOX(4, 0.5) {
    @Override
    double kernel(double x) {
      return x > -support() && x <= support() ? 1 : 0;
    }
  },

  /** The sinc in Hamming's window: as sharp as bicubic, as cheap as bilinear. */
  HAMMING(5, 1) {
    @Override
    double kernel(double x) {
      double distance = Math.abs(x);
      // The window's two numbers, each rounded, do not add up to 1.
      if (distance == 0) {
        return 1;
      }
      return distance < support()
          ? sinc(distance) * (HAMMING_MEAN + HAMMING_SWING * StrictMath.cos(distance * Math.PI))
          : 0;
    }
  };

  private static final double CUBIC_A = -0.5;

  // Pillow has these two in single precision.
  private static final double HAMMING_MEAN = 0.54f;
  private static final double HAMMING_SWING = 0.46f;

  private final int code;
  private final double support;

  Resampling(int code, double support) {
    this.code = code;
    this.support = support;
  }

  /**
   * The filter of Pillow's number, which files of transformers hold.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Resampling of(int resample) {
    Require.inRange("resample", resample, 0, values().length - 1);
    return Arrays.stream(values()).filter(r -> r.code == resample).findFirst().orElseThrow();
  }

  /**
   * The filter of Pillow's name in small letters, which files of diffusers hold.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Resampling of(String resample) {
    return Arrays.stream(values())
        .filter(known -> known.toString().equals(resample))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "resample (="
                        + resample
                        + ") must be one of "
                        + String.join(
                            ", ", Arrays.stream(values()).map(Resampling::toString).toList())));
  }

  /** Pillow's number. */
  public int code() {
    return code;
  }

  /** The distance, in pixels of the smaller picture, from which on the kernel is zero. */
  double support() {
    return support;
  }

  /** The weight of a pixel at a distance from the middle of the new one. */
  abstract double kernel(double x);

  private static double sinc(double x) {
    double angle = x * Math.PI;
    return x == 0 ? 1 : StrictMath.sin(angle) / angle;
  }

  /** Pillow's name in small letters. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}

package org.diffusion4j.core.weights;

/**
 * Conversion between float32 and the 16-bit formats, as the bits of a short.
 *
 * <p>float16 is IEEE 754 binary16: 1 sign, 5 exponent and 10 fraction bits. bfloat16 is the upper
 * half of a float32. Rounding is to nearest, ties to even; NaN stays NaN.
 */
final class ReducedPrecision {
  private static final int FLOAT_EXPONENT = 0x7f800000;
  private static final int HALF_EXPONENT = 0x7c00;
  private static final int HALF_FRACTION = 0x3ff;
  private static final int HALF_QUIET_NAN = 0x7e00;
  private static final int BFLOAT_QUIET_BIT = 0x40;

  /** How many more fraction bits a float32 has. */
  private static final int FRACTION_SHIFT = 23 - 10;

  /** The difference of the exponents' biases, 127 and 15, in place. */
  private static final int BIAS = (127 - 15) << 23;

  /** The bits of 65520: halfway from the largest float16 to the next power of two. */
  private static final int HALF_OVERFLOW = 0x477ff000;

  /** The bits of 2^-14, the smallest normal float16. */
  private static final int HALF_SMALLEST_NORMAL = 0x38800000;

  private static final float HALF_SUBNORMAL_UNIT = 0x1p-24f;

  private ReducedPrecision() {}

  static float halfToFloat(short half) {
    int exponent = half & HALF_EXPONENT;
    int fraction = half & HALF_FRACTION;
    int sign = (half & 0x8000) << 16;
    if (exponent == 0) {
      float magnitude = fraction * HALF_SUBNORMAL_UNIT;
      return Float.intBitsToFloat(sign | Float.floatToRawIntBits(magnitude));
    }
    int magnitude = (exponent | fraction) << FRACTION_SHIFT;
    return Float.intBitsToFloat(
        sign | (exponent == HALF_EXPONENT ? magnitude | FLOAT_EXPONENT : magnitude + BIAS));
  }

  /** All float16 values by their bits, which is three times as fast as to compute them. */
  private static final class Halves {
    static final float[] VALUES = new float[1 << Short.SIZE];

    static {
      for (int bits = 0; bits < VALUES.length; bits++) {
        VALUES[bits] = halfToFloat((short) bits);
      }
    }
  }

  /** The first {@code count} float16 values, put from {@code start} on. */
  static void halvesToFloats(short[] halves, float[] floats, int start, int count) {
    float[] values = Halves.VALUES;
    for (int i = 0; i < count; i++) {
      floats[start + i] = values[Short.toUnsignedInt(halves[i])];
    }
  }

  /** The first {@code count} bfloat16 values, put from {@code start} on. */
  static void bfloatsToFloats(short[] bfloats, float[] floats, int start, int count) {
    for (int i = 0; i < count; i++) {
      floats[start + i] = bfloatToFloat(bfloats[i]);
    }
  }

  static short floatToHalf(float value) {
    int bits = Float.floatToRawIntBits(value);
    int sign = (bits >>> 16) & 0x8000;
    int magnitude = bits & 0x7fffffff;
    int half;
    if (magnitude > FLOAT_EXPONENT) {
      half = HALF_QUIET_NAN;
    } else if (magnitude >= HALF_OVERFLOW) {
      half = HALF_EXPONENT;
    } else if (magnitude < HALF_SMALLEST_NORMAL) {
      half = (int) Math.rint(Float.intBitsToFloat(magnitude) / HALF_SUBNORMAL_UNIT);
    } else {
      half = roundToEven(magnitude - BIAS, FRACTION_SHIFT);
    }
    return (short) (sign | half);
  }

  static float bfloatToFloat(short bfloat) {
    return Float.intBitsToFloat(bfloat << 16);
  }

  static short floatToBfloat(float value) {
    int bits = Float.floatToRawIntBits(value);
    return (short)
        (Float.isNaN(value) ? (bits >>> 16) | BFLOAT_QUIET_BIT : roundToEven(bits, Short.SIZE));
  }

  private static int roundToEven(int bits, int dropped) {
    int justBelowHalf = (1 << (dropped - 1)) - 1;
    return (bits + justBelowHalf + ((bits >>> dropped) & 1)) >>> dropped;
  }
}

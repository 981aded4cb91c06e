package org.diffusion4j.core.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.diffusion4j.core.random.Generator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReducedPrecisionTest {

  @ParameterizedTest
  @CsvSource({
    "0, 0x0000",
    "-0.0, 0x8000",
    "1, 0x3c00",
    "-2, 0xc000",
    "65504, 0x7bff",
    // Up to half a step above the largest value rounds down to it, from there on up to infinity.
    "0x1.ffdffep15, 0x7bff",
    "65520, 0x7c00",
    "-1e30, 0xfc00",
    "Infinity, 0x7c00",
    "-Infinity, 0xfc00",
    // The smallest normal value, the largest subnormal one, and halfway between: ties to even.
    "0x1p-14, 0x0400",
    "0x1.ff8p-15, 0x03ff",
    "0x1.ffcp-15, 0x0400",
    "0x1p-24, 0x0001",
    "0x1p-25, 0x0000",
    "0x1.000002p-25, 0x0001",
    "0x1.8p-24, 0x0002",
    "-0x1p-24, 0x8001",
    // 1 + 2^-11 is a tie and goes to the even 1; 1 + 3 * 2^-11 goes to the even 1 + 2^-9.
    "0x1.002p0, 0x3c00",
    "0x1.002002p0, 0x3c01",
    "0x1.006p0, 0x3c02",
    "1.401298464324817E-45, 0x0000"
  })
  void roundsToFloat16(String value, String bits) {
    assertEquals(
        Integer.decode(bits), ReducedPrecision.floatToHalf(Float.parseFloat(value)) & 0xffff);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0x0000",
    "-0.0, 0x8000",
    "1, 0x3f80",
    "-2, 0xc000",
    "Infinity, 0x7f80",
    "-Infinity, 0xff80",
    "0x1.fep127, 0x7f7f",
    "0x1.fffffep127, 0x7f80",
    // 1 + 2^-8 is a tie and goes to the even 1; 1 + 3 * 2^-8 goes to the even 1 + 2^-6.
    "0x1.01p0, 0x3f80",
    "0x1.010002p0, 0x3f81",
    "0x1.03p0, 0x3f82",
    "0x1p-133, 0x0001",
    "0x1p-134, 0x0000"
  })
  void roundsToBfloat16(String value, String bits) {
    assertEquals(
        Integer.decode(bits), ReducedPrecision.floatToBfloat(Float.parseFloat(value)) & 0xffff);
  }

  @Test
  void everyValueOfBothFormatsSurvivesTheRoundTrip() {
    for (int bits = 0; bits < 1 << 16; bits++) {
      float half = ReducedPrecision.halfToFloat((short) bits);
      float bfloat = ReducedPrecision.bfloatToFloat((short) bits);
      if (Float.isNaN(half)) {
        assertTrue(Float.isNaN(roundHalf(half)));
      } else {
        assertEquals((short) bits, ReducedPrecision.floatToHalf(half));
      }
      if (Float.isNaN(bfloat)) {
        assertTrue(Float.isNaN(roundBfloat(bfloat)));
      } else {
        assertEquals((short) bits, ReducedPrecision.floatToBfloat(bfloat));
      }
    }
  }

  @Test
  void everyNanStaysNan() {
    for (int bits : new int[] {0x7f800001, 0x7fffffff, 0xff800001, 0xffffffff, 0x7fc00000}) {
      assertTrue(Float.isNaN(roundHalf(Float.intBitsToFloat(bits))));
      assertTrue(Float.isNaN(roundBfloat(Float.intBitsToFloat(bits))));
    }
  }

  @Test
  void noNeighbourIsNearer() {
    float[] values = new Generator(3).normal(1009);
    for (float value : values) {
      int half = ReducedPrecision.floatToHalf(value);
      int bfloat = ReducedPrecision.floatToBfloat(value);
      for (int step : new int[] {-1, 1}) {
        assertTrue(
            Math.abs(roundHalf(value) - value)
                <= Math.abs(ReducedPrecision.halfToFloat((short) (half + step)) - value));
        assertTrue(
            Math.abs(roundBfloat(value) - value)
                <= Math.abs(ReducedPrecision.bfloatToFloat((short) (bfloat + step)) - value));
      }
    }
  }

  private static float roundHalf(float value) {
    return ReducedPrecision.halfToFloat(ReducedPrecision.floatToHalf(value));
  }

  private static float roundBfloat(float value) {
    return ReducedPrecision.bfloatToFloat(ReducedPrecision.floatToBfloat(value));
  }
}

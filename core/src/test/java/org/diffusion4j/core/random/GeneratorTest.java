package org.diffusion4j.core.random;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.nd4j.linalg.api.ndarray.INDArray;

class GeneratorTest {
  @Test
  void plainArraysHoldTheSameDrawsAsTensors() {
    Generator plain = new Generator(7);
    Generator tensors = new Generator(7);
    assertArrayEquals(tensors.randn(3, 11).data().asFloat(), plain.normal(33));
    assertArrayEquals(tensors.rand(2, 5).data().asFloat(), plain.uniform(10));
  }

  @Test
  void aScalarIsOneDraw() {
    INDArray scalar = new Generator(7).randn();
    assertEquals(0, scalar.rank());
    assertEquals(new Generator(7).normal(1)[0], scalar.getFloat());
  }

  @Test
  void anEmptyDrawChangesNothing() {
    Generator generator = new Generator(3);
    assertEquals(0, generator.normal(0).length + generator.uniform(0).length);
    assertEquals(0, generator.randperm(0).length + generator.randint(0, 1, 0).length);
    assertArrayEquals(new Generator(3).normal(5), generator.normal(5));
  }

  @Test
  void manyNormalValuesHaveMeanZeroAndVarianceOne() {
    float[] values = new Generator(11).normal(1_000_003);
    double sum = 0;
    double squares = 0;
    for (float value : values) {
      sum += value;
      squares += value * value;
    }
    // Five standard errors: 5 / sqrt(n) and 5 sqrt(2 / n).
    assertEquals(0, sum / values.length, 0.005);
    assertEquals(1, squares / values.length, 0.0071);
  }

  @Test
  void onlyTheLowerHalfOfTheSeedCounts() {
    assertArrayEquals(new Generator(5).uniform(7), new Generator(5 + (1L << 32)).uniform(7));
    assertArrayEquals(new Generator(0xffffffffL).uniform(7), new Generator(-1).uniform(7));
  }

  @Test
  void wideRangesOfIntegersStayInside() {
    long low = -(1L << 40);
    long high = 1L << 41;
    boolean beyondIntegers = false;
    for (long value : new Generator(2).randint(low, high, 101)) {
      assertTrue(low <= value && value < high, () -> "outside: " + value);
      beyondIntegers |= Math.abs(value) > 1L << 32;
    }
    assertTrue(beyondIntegers);
  }

  @Test
  void derivedSeedsDependOnSeedPathAndOrder() {
    assertEquals(Generator.derive(1, 2, 3), Generator.derive(1, 2, 3));
    Set<Integer> seeds = new HashSet<>();
    int count = 0;
    for (long seed = 0; seed < 7; seed++) {
      for (long a = 0; a < 11; a++) {
        for (long b = 0; b < 13; b++) {
          seeds.add((int) Generator.derive(seed, a, b));
          count++;
        }
      }
    }
    assertEquals(count, seeds.size());
    assertNotEquals(Generator.derive(1), Generator.derive(1, 0));
  }

  @Test
  void derivationIsSplitMix64() {
    // The first output of the reference implementation of SplitMix64 seeded with 0.
    assertEquals(0xe220a8397b1dcdafL, Generator.derive(0));
  }

  @Test
  void refusesWhatCannotBeDrawn() {
    Generator generator = new Generator(0);
    assertMessage("n (=-1) must not be negative", () -> generator.normal(-1));
    assertMessage(
        "shape (=[2, 0]) must have positive dimensions and fewer than 2^31 values",
        () -> generator.rand(2, 0));
    assertMessage(
        "shape (=[65536, 65536]) must have positive dimensions and fewer than 2^31 values",
        () -> generator.randn(65536, 65536));
    assertMessage(
        "high (=3) must be above low (=3) by less than 2^63", () -> generator.randint(3, 3, 1));
    assertMessage(
        "high (=9223372036854775807) must be above low (=-1) by less than 2^63",
        () -> generator.randint(-1, Long.MAX_VALUE, 1));
  }

  private static void assertMessage(String message, Executable executable) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, executable).getMessage());
  }
}

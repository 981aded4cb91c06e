package org.diffusion4j.vae;

import static org.diffusion4j.core.testing.TensorAssertions.assertClose;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.diffusion4j.core.random.Generator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class TilingTest {

  @Test
  void theStrideIsThePartOfATileThatIsNotShared() {
    assertEquals(new Tiling(64, 48), Tiling.overlapping(64, 0.25));
    assertEquals(new Tiling(7, 5), Tiling.overlapping(7, 0.25));
    assertEquals(new Tiling(7, 7), Tiling.overlapping(7, 0));
    assertEquals(new Tiling(1, 1), Tiling.overlapping(1, 0.25));
  }

  @Test
  void aTileHoldsWhatIsNoLarger() {
    Tiling tiling = new Tiling(4, 3);
    assertTrue(tiling.holds(4, 4));
    assertFalse(tiling.holds(5, 1));
    assertFalse(tiling.holds(1, 5));
  }

  @Test
  void aRowIsBlendedLinearly() {
    // Tiles [1 1 1 1], [2 2 2 2], [3 3 3] and [4]: at 0, 2, 4 and 6, each sharing two with the
    // next; the last shares what it has.
    double[] number = {0};
    INDArray actual =
        new Tiling(4, 2)
            .apply(
                Nd4j.zeros(1, 1, 1, 7),
                1,
                1,
                tiles -> {
                  INDArray numbered = tiles.dup('c');
                  for (int i = 0; i < tiles.size(0); i++) {
                    number[0]++;
                    numbered.slice(i).addi(number[0]);
                  }
                  return numbered;
                });
    assertArrayEquals(
        new float[] {1, 1, 1, 1.5f, 2, 2.5f, 3}, actual.ravel().toFloatVector(), 1e-6f);
  }

  @ParameterizedTest
  @CsvSource({
    "4, 3, 1, 1, 5, 3",
    "4, 3, 2, 1, 7, 11",
    "4, 3, 1, 2, 11, 13",
    "5, 3, 1, 1, 13, 7",
    "5, 2, 1, 3, 7, 5",
    "3, 3, 1, 1, 7, 2",
    "7, 1, 1, 1, 11, 2"
  })
  void anyTilesAreBlendedByTheDefinition(
      int size, int stride, int inputScale, int outputScale, long height, long width) {
    INDArray input = new Generator(1).randn(2, 3, height * inputScale, width * inputScale);
    INDArray expected =
        TilingReference.tiled(
            input, size, stride, inputScale, outputScale, t -> map(t, inputScale, outputScale));
    INDArray actual =
        new Tiling(size, stride)
            .apply(input, inputScale, outputScale, t -> map(t, inputScale, outputScale));
    assertClose(expected, actual, 1e-5, 0, "tiles");
  }

  /** Depends on the whole tile, and differently on each pixel. */
  private static INDArray map(INDArray tiles, int inputScale, int outputScale) {
    long n = tiles.size(0);
    long height = tiles.size(2) / inputScale * outputScale;
    long width = tiles.size(3) / inputScale * outputScale;
    INDArray result = Nd4j.create(n, 2, height, width);
    for (int i = 0; i < n; i++) {
      double sum = tiles.slice(i).sumNumber().doubleValue();
      for (int c = 0; c < 2; c++) {
        for (int y = 0; y < height; y++) {
          for (int x = 0; x < width; x++) {
            result.putScalar(new int[] {i, c, y, x}, Math.sin(sum + c + 2 * y + 3 * x));
          }
        }
      }
    }
    return result;
  }

  @Test
  void whatIsComputedForEachPixelAloneHasNoSeams() {
    INDArray input = new Generator(2).randn(2, 3, 13, 7);
    INDArray actual = new Tiling(4, 3).apply(input, 1, 1, tiles -> tiles.mul(2));
    assertClose(input.mul(2), actual, 1e-6, 0, "tiles");
  }

  @Test
  void nothingLargerThanATileIsComputed() {
    Set<List<Long>> sizes = new HashSet<>();
    new Tiling(64, 48)
        .apply(
            Nd4j.zeros(1, 4, 128, 96),
            1,
            1,
            tiles -> {
              sizes.add(List.of(tiles.size(2), tiles.size(3)));
              return tiles;
            });
    assertEquals(
        Set.of(List.of(64L, 64L), List.of(64L, 48L), List.of(32L, 64L), List.of(32L, 48L)), sizes);
  }
}

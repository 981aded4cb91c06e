package org.diffusion4j.core.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.diffusion4j.core.random.Generator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AxisReversalTest {

  @ParameterizedTest
  @CsvSource({"2, 3, 5", "17, 1, 7", "16, 3, 9", "1, 11, 2", "37, 5, 1"})
  void putsEveryValueWhereItsIndicesAreTurnedRound(int a, int b, int c) {
    float[] values = new Generator(7).uniform(a * b * c);
    float[] reversed = new AxisReversal(a, b, c).reverse(values);
    for (int i = 0; i < a; i++) {
      for (int j = 0; j < b; j++) {
        for (int k = 0; k < c; k++) {
          assertEquals(values[(i * b + j) * c + k], reversed[(k * b + j) * a + i]);
        }
      }
    }
    assertArrayEquals(values, new AxisReversal(a, b, c).inverse().reverse(reversed));
  }

  @Test
  void theNumberOfValuesMustBeThatOfTheShape() {
    assertEquals(
        "number of values (=7) must be 2 * 3 * 5",
        assertThrows(
                IllegalArgumentException.class,
                () -> new AxisReversal(2, 3, 5).reverse(new float[7]))
            .getMessage());
  }
}

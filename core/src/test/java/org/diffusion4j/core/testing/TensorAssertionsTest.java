package org.diffusion4j.core.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.opentest4j.AssertionFailedError;

class TensorAssertionsTest {
  private static final INDArray EXPECTED = Nd4j.createFromArray(new float[][] {{1, 2}, {4, 8}});

  @Test
  void acceptsWhatIsWithinTheTolerance() {
    INDArray actual = Nd4j.createFromArray(new float[][] {{1.25f, 2}, {4, 9.25f}});
    TensorAssertions.assertClose(EXPECTED, actual, 0.25, 0.125, "x");
    TensorAssertions.assertCloseToScale(EXPECTED, actual, 1.25 / 8, "x");
    assertThrows(
        AssertionFailedError.class,
        () -> TensorAssertions.assertCloseToScale(EXPECTED, actual, 1.24 / 8, "x"));
  }

  @Test
  void namesTheWorstElement() {
    INDArray actual = Nd4j.createFromArray(new float[][] {{1.5f, 2}, {7, 8}});
    assertMessage(
        "x: 2 of 4 elements differ by more than 0.250000 + 0.00000 * |expected|;"
            + " worst at [1, 0]: expected 4.0 but was 7.0",
        actual);
  }

  @Test
  void ignoresTheOrderInMemory() {
    TensorAssertions.assertClose(EXPECTED, EXPECTED.dup('f'), 0, 0, "x");
  }

  @Test
  void refusesAnotherShape() {
    assertMessage(
        "x: expected shape [2, 2] but was [4]", Nd4j.createFromArray(new float[] {1, 2, 4, 8}));
  }

  @ParameterizedTest
  @CsvSource({"NaN, NaN", "1, NaN", "NaN, 1", "Infinity, 1", "1, Infinity", "Infinity, -Infinity"})
  void refusesWhatCannotBeCompared(float expected, float actual) {
    assertThrows(
        AssertionFailedError.class,
        () ->
            TensorAssertions.assertClose(Nd4j.scalar(expected), Nd4j.scalar(actual), 1e30, 1, "x"));
  }

  private static void assertMessage(String message, INDArray actual) {
    assertEquals(
        message,
        assertThrows(
                AssertionFailedError.class,
                () -> TensorAssertions.assertClose(EXPECTED, actual, 0.25, 0, "x"))
            .getMessage());
  }
}

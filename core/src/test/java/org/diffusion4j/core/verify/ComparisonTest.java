package org.diffusion4j.core.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.factory.Nd4j;

class ComparisonTest {
  private final Comparison comparison = new Comparison();

  private Deviation worst() {
    return comparison.worst().orElseThrow();
  }

  @Test
  void theWorstErrorIsTheLargestInUnitsOfItsTolerance() {
    double[] expected = {100, 1, -3};
    // Errors 0.5, 0.0625 and 0.125 against tolerances 10, 0.1 and 0.3.
    double[] actual = {100.5, 1.0625, -2.875};
    comparison.compare("y", expected, actual, Tolerance.close(0, 0.1));
    assertEquals(new Deviation("y[1]", 0.0625, 0.1), worst());
    comparison.compare("z", 0, 1, Tolerance.absolute(7));
    assertEquals("y[1]", worst().what());
    assertTrue(worst().isWithin());
    comparison.compare("z", 0, 8, Tolerance.absolute(7));
    assertEquals(new Deviation("z", 8, 7), worst());
    assertFalse(worst().isWithin());
  }

  @Test
  void tensorsAreComparedElementByElement() {
    comparison.compare(
        "y",
        Nd4j.createFromArray(new float[][] {{1, 2, 3}, {4, 5, 6}}),
        Nd4j.createFromArray(new float[][] {{1, 4}, {2, 5}, {3, 7}}).transpose(),
        Tolerance.EXACT);
    assertEquals("y[1, 2]", worst().what());
    assertEquals(1, worst().error());
    assertEquals(Double.POSITIVE_INFINITY, worst().ratio());
  }

  @ParameterizedTest
  @CsvSource({"NaN,1", "1,NaN", "NaN,NaN", "Infinity,1", "1,-Infinity", "Infinity,-Infinity"})
  void whatIsNoNumberFailsWhateverTheTolerance(double expected, double actual) {
    comparison.compare("y", expected, actual, Tolerance.close(1e9, 1e9));
    assertFalse(worst().isWithin());
  }

  @Test
  void anInfinityOfTheReferenceAllowsNothingElse() {
    double infinity = Double.POSITIVE_INFINITY;
    double[] expected = {1, infinity, 2};
    comparison.compare("y", expected, new double[] {1, 7, 2}, Tolerance.close(1, 1));
    assertFalse(worst().isWithin());
    Comparison scaled = new Comparison();
    scaled.compare("y", expected, new double[] {1, infinity, 3}, Tolerance.toScale(1e-4));
    assertEquals(new Deviation("y[2]", 1, 0), scaled.worst().orElseThrow());
  }

  @Test
  void equalInfinitiesAreRight() {
    double infinity = Double.NEGATIVE_INFINITY;
    comparison.compare("y", infinity, infinity, Tolerance.EXACT);
    assertTrue(worst().isWithin());
  }

  @Test
  void anotherShapeFails() {
    comparison.compare("y", new double[3], new double[2], Tolerance.absolute(5));
    assertFalse(worst().isWithin());
    assertEquals("shape of y, [2] instead of [3]", worst().what());
  }

  @Test
  void nothingComparedIsNoDeviation() {
    assertTrue(comparison.worst().isEmpty());
    comparison.compare("y", new double[0], new double[0], Tolerance.EXACT);
    assertTrue(worst().isWithin());
  }

  @Test
  void tolerancesFollowTheirFormulas() {
    assertEquals(0, Tolerance.EXACT.of(-5, 7));
    assertEquals(0.25 + 0.5 * 5, Tolerance.close(0.25, 0.5).of(-5, 7));
    assertEquals(2.5, Tolerance.relativeFromOne(0.5).of(-5, 7));
    assertEquals(0.5, Tolerance.relativeFromOne(0.5).of(0.1, 7));
    assertEquals(3.5, Tolerance.toScale(0.5).of(-5, 7));
  }
}

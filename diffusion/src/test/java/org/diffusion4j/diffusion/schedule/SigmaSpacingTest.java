package org.diffusion4j.diffusion.schedule;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SigmaSpacingTest {
  private static final double[] SIGMAS = {14.6, 5, 1.1, 0.3, 0.1, 0.05, 0.0292};

  static List<SigmaSpacing> spacings() {
    return List.of(
        SigmaSpacing.TIMESTEPS, SigmaSpacing.KARRAS, SigmaSpacing.EXPONENTIAL, SigmaSpacing.BETA);
  }

  @ParameterizedTest
  @MethodSource("spacings")
  void endsStayAndSigmasFall(SigmaSpacing spacing) {
    double[] spaced = spacing.between(SIGMAS);
    assertEquals(SIGMAS.length, spaced.length);
    assertEquals(SIGMAS[0], spaced[0], 1e-12);
    assertEquals(SIGMAS[6], spaced[6], 1e-12);
    for (int i = 1; i < spaced.length; i++) {
      assertTrue(spaced[i] < spaced[i - 1], "sigma " + i);
    }
  }

  @Test
  void eachIsEvenInItsOwnMeasure() {
    double[] karras = SigmaSpacing.KARRAS.between(SIGMAS);
    double[] exponential = SigmaSpacing.EXPONENTIAL.between(SIGMAS);
    for (int i = 2; i < SIGMAS.length; i++) {
      assertEquals(root(karras[1]) - root(karras[0]), root(karras[i]) - root(karras[i - 1]), 1e-12);
      assertEquals(exponential[1] / exponential[0], exponential[i] / exponential[i - 1], 1e-12);
    }
  }

  private static double root(double sigma) {
    return Math.pow(sigma, 1 / 7.0);
  }

  /** The quantiles of a beta distribution with equal parameters lie symmetrically about 1/2. */
  @Test
  void betaIsSymmetric() {
    double[] beta = SigmaSpacing.BETA.between(SIGMAS);
    for (int i = 0; i < beta.length; i++) {
      assertEquals(SIGMAS[0] + SIGMAS[6], beta[i] + beta[6 - i], 1e-9);
    }
    assertTrue(beta[0] - beta[1] < beta[2] - beta[3], "closer at the ends");
  }

  @ParameterizedTest
  @MethodSource("spacings")
  void oneStepHasTheHighestSigma(SigmaSpacing spacing) {
    assertArrayEquals(new double[] {3}, spacing.between(new double[] {3}), 1e-12);
  }

  @Test
  void noTwoGoTogether() {
    assertMessage(
        "useExponentialSigmas (=true) must be false, since useKarrasSigmas is true",
        () -> new SigmaSpacing(true, true, false));
    assertMessage(
        "useBetaSigmas (=true) must be false, since useKarrasSigmas is true",
        () -> new SigmaSpacing(true, false, true));
    assertMessage(
        "useBetaSigmas (=true) must be false, since useExponentialSigmas is true",
        () -> new SigmaSpacing(false, true, true));
  }

  private static void assertMessage(String message, Executable executable) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, executable).getMessage());
  }
}

package org.diffusion4j.core.check;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequireTest {
  @Test
  void aBrokenRuleNamesTheArgumentItsValueAndTheRule() {
    assertBroken("heads (=0) must be positive", () -> Require.positive("heads", 0));
    assertBroken("eps (=0.0) must be positive and finite", () -> Require.positive("eps", 0.0));
    assertBroken("padding (=-1) must not be negative", () -> Require.notNegative("padding", -1));
    assertBroken(
        "beta (=-0.5) must be finite and not negative", () -> Require.notNegative("beta", -0.5));
    assertBroken("eta (=1.5) must be in [0, 1]", () -> Require.fraction("eta", 1.5));
    assertBroken("decay (=1.0) must be in [0, 1)", () -> Require.properFraction("decay", 1));
    assertBroken("dim (=1) must be at least 2", () -> Require.atLeast("dim", 1, 2));
    assertBroken("from (=7) must be at most to (=5)", () -> Require.atMost("from", 7, "to", 5));
    assertBroken("index (=3) must be from 0 to 2", () -> Require.inRange("index", 3, 0, 2));
    assertBroken("index (=-1) must be from 0 to 2", () -> Require.inRange("index", -1, 0, 2));
    assertBroken("a (=3) must equal b (=5)", () -> Require.equal("a", 3, "b", 5));
    assertBroken(
        "inChannels (=6) must be divisible by groups (=4)",
        () -> Require.divisible("inChannels", 6, "groups", 4));
    assertBroken("groups (=0) must be positive", () -> Require.divisible("c", 6, "groups", 0));
    assertBroken(
        "captions (=[]) must not be empty",
        () -> Require.that(false, "captions", List.of(), "must not be empty"));
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
  void aValueThatIsNoNumberBreaksEveryRule(double value) {
    assertBroken("x (=" + value + ") must be finite", () -> Require.finite("x", value));
    assertBroken(
        "x (=" + value + ") must be positive and finite", () -> Require.positive("x", value));
    assertBroken(
        "x (=" + value + ") must be finite and not negative",
        () -> Require.notNegative("x", value));
    assertBroken("x (=" + value + ") must be in [0, 1]", () -> Require.fraction("x", value));
    assertBroken("x (=" + value + ") must be in [0, 1)", () -> Require.properFraction("x", value));
  }

  @Test
  void theBoundsThatARuleIncludesHold() {
    assertDoesNotThrow(
        () -> {
          Require.positive("x", 1);
          Require.positive("x", Double.MIN_VALUE);
          Require.notNegative("x", 0);
          Require.notNegative("x", 0.0);
          Require.finite("x", -Double.MAX_VALUE);
          Require.fraction("x", 0);
          Require.fraction("x", 1);
          Require.properFraction("x", 0);
          Require.properFraction("x", Math.nextDown(1.0));
          Require.atLeast("x", 2, 2);
          Require.atMost("x", 5, "y", 5);
          Require.inRange("x", 2, 2, 5);
          Require.inRange("x", 5, 2, 5);
          Require.equal("x", -3, "y", -3);
          Require.divisible("x", 0, "y", 7);
          Require.divisible("x", 21, "y", 7);
          Require.that(true, "x", null, "must hold");
        });
  }

  private static void assertBroken(String message, Executable check) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, check).getMessage());
  }
}

package org.diffusion4j.core.check;

/**
 * Checks of one argument each.
 *
 * <p>A broken rule ends in an {@link IllegalArgumentException} that names the argument, its value
 * and the rule: "heads (=0) must be positive". NaN breaks every rule.
 */
public final class Require {
  private Require() {}

  /** The value must be at least 1. */
  public static void positive(String name, long value) {
    that(value > 0, name, value, "must be positive");
  }

  /** The value must be at least 1 and at most the maximum. */
  public static void positive(String name, long value, long maximum) {
    positive(name, value);
    if (value > maximum) {
      throw broken(name, value, "must be at most " + maximum);
    }
  }

  /** The value must be above 0 and finite. */
  public static void positive(String name, double value) {
    that(value > 0 && Double.isFinite(value), name, value, "must be positive and finite");
  }

  /** The value must be at least 0. */
  public static void notNegative(String name, long value) {
    that(value >= 0, name, value, "must not be negative");
  }

  /** The value must be at least 0 and finite. */
  public static void notNegative(String name, double value) {
    that(value >= 0 && Double.isFinite(value), name, value, "must be finite and not negative");
  }

  /** The value must be neither infinite nor NaN. */
  public static void finite(String name, double value) {
    that(Double.isFinite(value), name, value, "must be finite");
  }

  /** The value must be a part of a whole, from 0 to 1, both included. */
  public static void fraction(String name, double value) {
    that(value >= 0 && value <= 1, name, value, "must be in [0, 1]");
  }

  /** The value must be a part less than the whole, from 0 to below 1. */
  public static void properFraction(String name, double value) {
    that(value >= 0 && value < 1, name, value, "must be in [0, 1)");
  }

  /** The value must be at least the minimum. */
  public static void atLeast(String name, long value, long minimum) {
    if (value < minimum) {
      throw broken(name, value, "must be at least " + minimum);
    }
  }

  /** The value must be at most another argument's. */
  public static void atMost(String name, long value, String limitName, long limit) {
    if (value > limit) {
      throw broken(name, value, "must be at most " + argument(limitName, limit));
    }
  }

  /** The value must be from {@code first} to {@code last}, both included. */
  public static void inRange(String name, long value, long first, long last) {
    if (value < first || value > last) {
      throw broken(name, value, "must be from " + first + " to " + last);
    }
  }

  /** The value must be another argument's. */
  public static void equal(String name, long value, String otherName, long other) {
    if (value != other) {
      throw broken(name, value, "must equal " + argument(otherName, other));
    }
  }

  /** The value must be a multiple of another argument, which must be positive. */
  public static void divisible(String name, long value, String divisorName, long divisor) {
    positive(divisorName, divisor);
    if (value % divisor != 0) {
      throw broken(name, value, "must be divisible by " + argument(divisorName, divisor));
    }
  }

  /** A rule of one's own, such as "must not be empty". */
  public static void that(boolean holds, String name, Object value, String rule) {
    if (!holds) {
      throw broken(name, value, rule);
    }
  }

  private static IllegalArgumentException broken(String name, Object value, String rule) {
    return new IllegalArgumentException(argument(name, value) + " " + rule);
  }

  private static String argument(String name, Object value) {
    return name + " (=" + value + ")";
  }
}

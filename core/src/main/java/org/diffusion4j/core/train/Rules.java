package org.diffusion4j.core.train;

/** Rules that several configs share; each throws {@link IllegalArgumentException}. */
final class Rules {
  private Rules() {}

  static void positive(String name, double value) {
    require(value > 0 && Double.isFinite(value), name, value, "must be positive and finite");
  }

  static void notNegative(String name, double value) {
    require(value >= 0 && Double.isFinite(value), name, value, "must be finite and at least 0");
  }

  static void fraction(String name, double value) {
    require(value >= 0 && value < 1, name, value, "must be in [0, 1)");
  }

  static void atLeastOne(String name, long value) {
    require(value >= 1, name, value, "must be at least 1");
  }

  static void require(boolean holds, String name, Object value, String rule) {
    if (!holds) {
      throw new IllegalArgumentException(name + " (=" + value + ") " + rule);
    }
  }
}

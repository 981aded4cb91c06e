package org.diffusion4j.unet;

import java.util.List;
import org.diffusion4j.core.check.Require;

/** Lists of one value for each stage, from the top, or of one for all. */
final class StageValues {
  private StageValues() {}

  /** An immutable copy, if there is one value or as many as stages. */
  static <T> List<T> copy(String name, List<T> values, int stages) {
    List<T> copy = UNetChecks.copy(name, values);
    Require.that(
        copy.size() == 1 || copy.size() == stages,
        name,
        copy,
        "must be one value, or one for each of " + stages + " stages");
    return copy;
  }

  /** The same of positive numbers with a bound. */
  static List<Integer> positive(String name, List<Integer> values, int stages, int maximum) {
    List<Integer> copy = copy(name, values, stages);
    copy.forEach(value -> Require.positive(name, value, maximum));
    return copy;
  }

  /** The value of a stage. */
  static <T> T of(List<T> values, int stage) {
    return values.size() == 1 ? values.get(0) : values.get(stage);
  }
}

package org.diffusion4j.benchmarks.compare;

import java.util.List;

/**
 * What a contender took for a work.
 *
 * @param library what it ran on, with versions
 * @param milliseconds of each timed run, in their order
 * @param warmUps runs before these
 * @param firstResultSeconds from the start of the Java virtual machine to the first result
 * @param peakBytes the most memory that the process had
 * @param weights the number of weights
 * @param flops floating-point operations of a run; 0 where they are not counted
 * @param values of the first result, spread evenly; in training the first losses
 */
record Measurement(
    String library,
    List<Double> milliseconds,
    int warmUps,
    double firstResultSeconds,
    long peakBytes,
    long weights,
    long flops,
    List<Float> values) {

  Measurement {
    milliseconds = List.copyOf(milliseconds);
    values = List.copyOf(values);
    if (milliseconds.isEmpty()) {
      throw new IllegalArgumentException("milliseconds must not be empty");
    }
  }

  /** A value that a part of the runs are below; between two runs, in proportion. */
  private double quantile(double part) {
    List<Double> sorted = milliseconds.stream().sorted().toList();
    double place = part * (sorted.size() - 1);
    int before = (int) place;
    int after = Math.min(before + 1, sorted.size() - 1);
    return sorted.get(before) + (place - before) * (sorted.get(after) - sorted.get(before));
  }

  /** Of the timed runs, in milliseconds. */
  double minimum() {
    return quantile(0);
  }

  /** Of the timed runs, in milliseconds. */
  double lowerQuartile() {
    return quantile(0.25);
  }

  /** Of the timed runs, in milliseconds. */
  double median() {
    return quantile(0.5);
  }

  /** Of the timed runs, in milliseconds. */
  double upperQuartile() {
    return quantile(0.75);
  }

  /** Floating-point operations in a second, in billions, at the median. */
  double gigaflops() {
    return flops / median() / 1e6;
  }

  /**
   * How far its values are from another's: the largest difference, as a part of the other's largest
   * value; NaN where a value is no number.
   */
  double deviation(Measurement other) {
    if (values.size() != other.values.size()) {
      return Double.NaN;
    }
    double largest = 0;
    double difference = 0;
    for (int i = 0; i < values.size(); i++) {
      double expected = other.values.get(i);
      largest = Math.max(largest, Math.abs(expected));
      difference = Math.max(difference, Math.abs(values.get(i) - expected));
    }
    return difference / largest;
  }
}

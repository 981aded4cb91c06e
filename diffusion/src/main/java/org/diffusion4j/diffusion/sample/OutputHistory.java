package org.diffusion4j.diffusion.sample;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/**
 * The last outputs of a run, the newest first, each with where it is: the lambda of its sample, or
 * what else a step is in terms of.
 */
final class OutputHistory {
  private final int capacity;
  private final List<float[]> outputs = new ArrayList<>();
  private final List<Double> lambdas = new ArrayList<>();

  /**
   * An empty history.
   *
   * @param capacity how many outputs are kept
   */
  OutputHistory(int capacity) {
    this.capacity = capacity;
  }

  void add(float[] output, double lambda) {
    if (outputs.size() == capacity) {
      outputs.remove(capacity - 1);
      lambdas.remove(capacity - 1);
    }
    outputs.add(0, output);
    lambdas.add(0, lambda);
  }

  int size() {
    return outputs.size();
  }

  /**
   * How many outputs the step at an index goes by: all, but one if it leads nowhere.
   *
   * @param lowerOrderFinal whether they are at most as many as steps are left
   */
  int order(NoisePath path, int index, boolean lowerOrderFinal) {
    if (path.staysAt(index)) {
      return 1;
    }
    return lowerOrderFinal ? Math.min(size(), path.steps() - index) : size();
  }

  /** The output so many steps ago, 0 for the newest. */
  float[] output(int stepsAgo) {
    return outputs.get(stepsAgo);
  }

  /** The lambda of its sample. */
  double lambda(int stepsAgo) {
    return lambdas.get(stepsAgo);
  }

  /** The integral over a step of the polynomial through the newest outputs, exactly. */
  WeightedSum integral(ExponentialStep step, int count) {
    return sum(Lagrange.weights(nodes(count, step::position), step::moment));
  }

  /** The same, but the polynomial also goes through the output at the end of the step. */
  WeightedSum integral(ExponentialStep step, int count, float[] atEnd) {
    double[] nodes = Arrays.copyOf(nodes(count, step::position), count + 1);
    nodes[count] = 1;
    double[] weights = Lagrange.weights(nodes, step::moment);
    return sum(Arrays.copyOf(weights, count)).plus(weights[count], atEnd);
  }

  /**
   * The integral from 0 to 1 of the polynomial through all outputs, exactly.
   *
   * @param position what makes s of where an output is
   */
  WeightedSum integral(DoubleUnaryOperator position) {
    return sum(Lagrange.weights(nodes(size(), position), k -> 1.0 / (k + 1)));
  }

  /** Where the newest outputs are in a step. */
  private double[] nodes(int count, DoubleUnaryOperator position) {
    return lambdas.stream().limit(count).mapToDouble(position::applyAsDouble).toArray();
  }

  /** The sum of the newest outputs with as many weights. */
  private WeightedSum sum(double[] weights) {
    WeightedSum sum = WeightedSum.of(weights[0], output(0));
    for (int i = 1; i < weights.length; i++) {
      sum.plus(weights[i], output(i));
    }
    return sum;
  }
}

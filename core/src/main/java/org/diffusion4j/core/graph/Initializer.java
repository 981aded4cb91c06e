package org.diffusion4j.core.graph;

import org.diffusion4j.core.check.Require;

/** What the values of an untrained parameter are drawn from. */
public sealed interface Initializer {

  /** Every value is {@code value}. */
  record Constant(double value) implements Initializer {}

  /** Normal with mean 0 and the given standard deviation. */
  record Normal(double standardDeviation) implements Initializer {
    public Normal {
      Require.positive("standardDeviation", standardDeviation);
    }
  }

  /** Uniform on {@code [-bound, bound)}. */
  record Uniform(double bound) implements Initializer {
    public Uniform {
      Require.positive("bound", bound);
    }
  }

  /** All zeros. */
  Initializer ZEROS = new Constant(0);

  /** All ones. */
  Initializer ONES = new Constant(1);

  /**
   * PyTorch's default for linear and convolution layers, weights and biases alike: uniform with
   * bound {@code 1 / sqrt(fanIn)}.
   *
   * @param fanIn the number of inputs of one output value
   */
  static Initializer fanIn(long fanIn) {
    return new Uniform(1 / Math.sqrt((double) fanIn));
  }
}

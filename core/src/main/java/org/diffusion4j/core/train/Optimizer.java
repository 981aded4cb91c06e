package org.diffusion4j.core.train;

import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Changes parameters by their gradients.
 *
 * <p>Parameters and {@link #state} are changed in place, by arithmetic that is the same in every
 * run. Not for two threads at a time.
 */
public interface Optimizer {

  /** The numbers of a method, which make an optimizer. */
  interface Config {
    /**
     * An optimizer that has made no step yet.
     *
     * @param parameters the arrays to change in place, by name; FLOAT and in C order
     * @param decays which parameters the weight decay applies to, by name
     */
    Optimizer create(Map<String, INDArray> parameters, Predicate<String> decays);

    /** What tells this config from others, by name: the method and its numbers. */
    Map<String, Object> description();
  }

  /**
   * Changes every parameter by a multiple of its gradient, and moves its average after it, all in
   * one pass over memory.
   *
   * @param step the number of this step, from 1
   * @param learningRate at least 0
   * @param gradients one for each parameter, of its shape
   * @param scale what the gradients are multiplied by, at least 0, such as {@link
   *     GradientClipping#scale}
   * @param ema the average of these parameters, which this step is an update of, if there is one
   * @throws IllegalArgumentException if a gradient is missing or of another shape, or the average
   *     is one of other arrays
   */
  void step(
      long step,
      double learningRate,
      Map<String, INDArray> gradients,
      double scale,
      Optional<ExponentialMovingAverage> ema);

  /** Changes every parameter by its gradient, and nothing else. */
  default void step(long step, double learningRate, Map<String, INDArray> gradients) {
    step(step, learningRate, gradients, 1, Optional.empty());
  }

  /**
   * What is remembered between steps, by names such as {@code m.conv.weight}; the optimizer's own
   * arrays, each of its parameter's shape.
   */
  Map<String, INDArray> state();
}

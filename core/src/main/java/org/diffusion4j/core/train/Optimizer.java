package org.diffusion4j.core.train;

import java.util.Map;
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
     * @param decays which parameters the weight decay applies to; those of rank 0 and 1 (biases,
     *     norms) never decay, whatever it says
     */
    Optimizer create(Map<String, INDArray> parameters, Predicate<String> decays);

    /** What tells this config from others, by name: the method and its numbers. */
    Map<String, Object> description();
  }

  /**
   * Changes every parameter by its gradient.
   *
   * @param step the number of this step, from 1
   * @param learningRate at least 0
   * @param gradients one for each parameter, of its shape
   * @throws IllegalArgumentException if a gradient is missing or of another shape
   */
  void step(long step, double learningRate, Map<String, INDArray> gradients);

  /**
   * What is remembered between steps, by names such as {@code m.conv.weight}; the optimizer's own
   * arrays, each of its parameter's shape.
   */
  Map<String, INDArray> state();
}

package org.diffusion4j.core.train;

import java.util.Map;
import org.diffusion4j.core.random.Generator;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What a model is asked to do at each step: the inputs of its loss. */
@FunctionalInterface
public interface Objective {
  /**
   * The inputs of one step, a function of the arguments alone.
   *
   * <p>Which images the batch holds, their noise and timesteps: all of it follows from the step and
   * the generator, so that a training that was stopped goes on as if it had not been. The arrays
   * are the trainer's, which closes them after the step.
   *
   * @param step from 1
   * @param generator a generator of this step's own
   */
  Map<String, INDArray> inputs(long step, Generator generator);
}

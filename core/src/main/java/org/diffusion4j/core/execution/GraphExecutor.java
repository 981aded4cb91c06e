package org.diffusion4j.core.execution;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Runs one graph over one set of weights.
 *
 * <p>Inputs are given by the names that the graph declared them with. Results are arrays of their
 * own: nothing that runs later changes them. Of two threads that call one executor, one waits for
 * the other.
 */
public interface GraphExecutor extends AutoCloseable {

  /**
   * The values of the outputs.
   *
   * @param inputs every input that the outputs need, by name
   * @param outputs names of tensors of the graph
   * @throws IllegalArgumentException if an input is missing, unknown or of another shape
   * @throws IllegalStateException if the executor is closed
   */
  Map<String, INDArray> run(Map<String, INDArray> inputs, Collection<String> outputs);

  /**
   * The loss and its gradients.
   *
   * @param inputs every input that the loss needs, by name
   * @param loss the name of a scalar tensor of the graph
   * @param withRespectTo parameters or floating-point inputs
   * @param outputs further tensors whose values to return
   * @throws IllegalArgumentException if an input is missing, unknown or of another shape
   * @throws IllegalStateException if the executor is closed
   */
  Gradients gradients(
      Map<String, INDArray> inputs,
      String loss,
      Collection<String> withRespectTo,
      Collection<String> outputs);

  /** The values of one output. */
  default INDArray run(Map<String, INDArray> inputs, String output) {
    return run(inputs, List.of(output)).get(output);
  }

  /** What this runs with: an executor's name, never {@link Execution#AUTO}. */
  Execution execution();

  /** Frees what runs need; waits for one that another thread is in. A second call does nothing. */
  @Override
  void close();
}

package org.diffusion4j.benchmarks.compare;

import java.nio.file.Path;
import java.util.Map;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.ParameterSpec;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What every contender is given: a network, its weights and its inputs.
 *
 * @param graph the layers
 * @param inputs by name
 * @param output the tensor to compute; in training the loss
 * @param training whether to train all weights by the output, or else to compute it
 * @param weights a safetensors file of float32
 */
record NetworkTask(
    Graph graph, Map<String, INDArray> inputs, String output, boolean training, Path weights) {

  /** The number of weights. */
  long weightCount() {
    return graph.parameters().stream().mapToLong(ParameterSpec::size).sum();
  }

  /** The floating-point operations of a run; a backward pass counts as two forward passes. */
  long flops() {
    return (training ? 3 : 1) * Flops.of(graph);
  }
}

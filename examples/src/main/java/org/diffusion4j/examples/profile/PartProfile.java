package org.diffusion4j.examples.profile;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import org.diffusion4j.core.execution.Execution;
import org.diffusion4j.core.execution.GraphExecutor;
import org.diffusion4j.core.execution.LayerTime;
import org.diffusion4j.core.execution.ProfilingExecutor;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.ParameterSpec;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.loss.MeanSquaredError;
import org.diffusion4j.core.random.Generator;
import org.diffusion4j.diffusion.pipeline.PartGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What one run of a part of a model takes, kind of layer by kind of layer.
 *
 * @param layers of one run on average, the longest first
 */
public record PartProfile(List<LayerTime> layers) {
  private static final String LOSS = "profile.loss";
  private static final String TARGET = "profile.target";

  /** Every table of embeddings and classes has as many rows. */
  private static final long IDS = 2;

  public PartProfile {
    layers = List.copyOf(layers);
  }

  /** The seconds of one run. */
  public double seconds() {
    return layers.stream().mapToDouble(LayerTime::seconds).sum();
  }

  /** The steps of one run. */
  public int steps() {
    return layers.stream().mapToInt(LayerTime::steps).sum();
  }

  /**
   * Runs a part on random inputs: once to warm up, then as often as is counted.
   *
   * @param gradients whether to run it forward and backward, from the mean squared error of the
   *     first output to all parameters, as a training does
   * @param runs at least 1
   * @param ran is told after each run that counts how many there were
   * @throws IllegalArgumentException if the executor does not tell what its layers take, or cannot
   *     run the part
   */
  public static PartProfile measure(
      PartGraph part, Execution execution, boolean gradients, int runs, IntConsumer ran) {
    Graph graph = part.graph();
    if (gradients) {
      Tensor output = graph.tensor(part.outputs().get(0));
      Tensor target = graph.input(TARGET, output.shapeArray());
      graph.named(LOSS, new MeanSquaredError().build(graph, output, target));
    }
    List<String> parameters = graph.parameters().stream().map(ParameterSpec::name).toList();
    Map<String, INDArray> inputs = inputs(graph);
    try (GraphExecutor opened = execution.open(graph, part.weights())) {
      if (!(opened instanceof ProfilingExecutor executor)) {
        throw new IllegalArgumentException(
            "executor (="
                + opened.execution().executor()
                + ") must be one that times its layers, such as auto");
      }
      return new PartProfile(
          gradients
              ? executor.profileGradients(inputs, LOSS, parameters, runs, ran)
              : executor.profile(inputs, part.outputs(), runs, ran));
    }
  }

  private static Map<String, INDArray> inputs(Graph graph) {
    Generator generator = new Generator(0);
    Map<String, INDArray> inputs = new LinkedHashMap<>();
    graph.inputs().forEach((name, input) -> inputs.put(name, random(input, generator)));
    return inputs;
  }

  private static INDArray random(Graph.Input input, Generator generator) {
    long[] shape = input.tensor().shapeArray();
    if (input.type() == DataType.INT64) {
      int length = Math.toIntExact(input.tensor().length());
      return Nd4j.createFromArray(generator.randint(0, IDS, length)).reshape('c', shape);
    }
    return generator.randn(shape);
  }
}

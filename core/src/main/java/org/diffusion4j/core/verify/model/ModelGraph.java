package org.diffusion4j.core.verify.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.verify.GoldenFile;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The graph of a golden model: it has the reference's inputs and is told what the results are. */
public final class ModelGraph {
  /** Begins the names of what is not the model's. */
  static final String SCOPE = "golden.";

  private final Graph graph;
  private final GoldenFile inputs;
  private final Map<String, INDArray> own = new LinkedHashMap<>();
  private final Map<String, Tensor> results = new LinkedHashMap<>();
  private final Map<String, String> offsets = new LinkedHashMap<>();
  private Optional<Tensor> loss = Optional.empty();

  ModelGraph(Graph graph, GoldenFile inputs) {
    this.graph = graph;
    this.inputs = inputs;
  }

  /** The graph to build the model in; inputs that it then has are the reference's by name. */
  public Graph graph() {
    return graph;
  }

  /** Whether the reference had that input. */
  public boolean has(String input) {
    return inputs.names().contains(input);
  }

  /** The shape of an input of the reference. */
  public long[] shape(String input) {
    return inputs.shape(input);
  }

  /** The values of an input of the reference. */
  public INDArray values(String input) {
    return inputs.tensor(input);
  }

  /** Adds an input of the reference, as floating-point values. */
  public Tensor input(String name) {
    return graph.input(name, shape(name));
  }

  /** Adds an input of the reference, as whole numbers. */
  public Tensor inputIds(String name) {
    return graph.inputIds(name, shape(name));
  }

  /** Adds an input that the reference did without. */
  public Tensor input(String name, INDArray values) {
    own.put(name, values);
    return graph.input(name, values.shape());
  }

  /** Names what the reference has under that name, such as {@code output}. */
  public void give(String name, Tensor result) {
    results.put(name, graph.named(SCOPE + name, result));
  }

  /**
   * Makes a tensor one that the reference may have gradients by.
   *
   * @return the same values, to be used instead
   */
  public Tensor differentiable(String name, Tensor tensor) {
    // d/dx f(x) = d/do f(x + o) at o = 0, and an executor differentiates by inputs.
    String offset = SCOPE + "offset." + name;
    offsets.put(name, offset);
    return tensor.plus(input(offset, Nd4j.zeros(graph.dataType(), tensor.shapeArray())));
  }

  /** Says what scalar {@code grad_loss.*} of the reference are the gradients of. */
  public void loss(Tensor scalar) {
    loss = Optional.of(scalar);
  }

  Map<String, Tensor> results() {
    return Collections.unmodifiableMap(results);
  }

  Optional<Tensor> loss() {
    return loss;
  }

  /** The input of the graph by which to differentiate, given the reference's name. */
  Optional<String> differentiated(String name) {
    return graph.inputs().containsKey(name)
        ? Optional.of(name)
        : Optional.ofNullable(offsets.get(name));
  }

  /** The values of all inputs of the graph. */
  Map<String, INDArray> inputValues() {
    Map<String, INDArray> values = new LinkedHashMap<>(own);
    for (String name : graph.inputs().keySet()) {
      if (!values.containsKey(name)) {
        values.put(name, inputs.tensor(name));
      }
    }
    return values;
  }
}

package org.diffusion4j.core.execution.samediff;

import java.util.HashMap;
import java.util.Map;
import org.diffusion4j.core.check.Require;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.ParameterSpec;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.weights.Weights;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.array.SingleThreadArrayHolder;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A graph in a SameDiff instance of its own: the variable of each of its tensors.
 *
 * <p>Inputs are placeholders and parameters are variables, both of their tensor's name. The arrays
 * of the variables are the very arrays of the weights.
 */
final class GraphVariables {
  private final SameDiff sameDiff = SameDiff.create();
  private final Map<Tensor, SDVariable> variables = new HashMap<>();
  private final DataType dataType;

  /**
   * A graph's inputs and parameters; layers are to be added.
   *
   * @throws IllegalArgumentException if the weights lack a parameter of the graph or have it in
   *     another shape or type
   */
  GraphVariables(Graph graph, Weights weights) {
    dataType = graph.dataType();
    // The default holders copy the arrays of variables; these keep the very arrays they are given.
    sameDiff.setArrayHolders(new SingleThreadArrayHolder(), new SingleThreadArrayHolder(), true);
    weights.requireModel(graph.parameters());
    graph
        .inputs()
        .forEach(
            (name, input) ->
                variables.put(
                    input.tensor(), placeHolder(name, input.type(), input.tensor().shapeArray())));
    for (ParameterSpec spec : graph.parameters()) {
      INDArray array = weights.get(spec.name());
      Require.that(
          array.dataType() == dataType,
          "type of " + spec.name(),
          array.dataType(),
          "must be " + dataType);
      variables.put(graph.tensor(spec.name()), sameDiff.var(spec.name(), array));
    }
  }

  /** Adds the operations of a graph's layers. */
  void addLayers(Graph graph, LayerOperations operations) {
    for (Graph.Node node : graph.nodes()) {
      variables.put(node.output(), operations.add(node, this));
    }
  }

  /** The SameDiff instance. */
  SameDiff sameDiff() {
    return sameDiff;
  }

  /** FLOAT, or DOUBLE in gradient checks. */
  DataType dataType() {
    return dataType;
  }

  /**
   * The variable that holds a tensor's value.
   *
   * @throws IllegalArgumentException if the tensor was added later
   */
  SDVariable of(Tensor tensor) {
    SDVariable variable = variables.get(tensor);
    Require.that(
        variable != null, "tensor", tensor, "must be of the graph as it was when it was opened");
    return variable;
  }

  /** The placeholder of a name, which is made if there is none yet. */
  SDVariable placeHolder(String name, DataType type, long... shape) {
    return sameDiff.hasVariable(name)
        ? sameDiff.getVariable(name)
        : sameDiff.placeHolder(name, type, shape);
  }

  /** Fixed values of the graph's type, in C order. */
  SDVariable constant(double[] values, long... shape) {
    return sameDiff.constant(Nd4j.createFromArray(values).reshape('c', shape).castTo(dataType));
  }
}

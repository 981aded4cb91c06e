package org.diffusion4j.core.execution.samediff;

import org.diffusion4j.core.check.Require;
import org.diffusion4j.core.graph.Embedding;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.weights.Weights;
import org.nd4j.autodiff.listeners.BaseListener;
import org.nd4j.autodiff.listeners.ListenerVariables;
import org.nd4j.autodiff.listeners.Operation;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * A graph and its weights as an ordinary SameDiff, for ND4J's own {@code output}, {@code fit} and
 * {@code save} and for all tools that take one.
 *
 * <p>Inputs are placeholders and parameters are trainable variables, both of their own names; what
 * {@link Graph#named} named is a variable of that name. Whatever is saved can be loaded by ND4J
 * alone.
 *
 * <p>The arrays of the variables are the very arrays of the weights: {@code fit} trains the
 * weights, which can be saved as a model folder afterwards. An executor that packs weights is told
 * so by {@link Weights#changed}.
 *
 * <pre>{@code
 * SameDiff network = SameDiffGraph.of(graph, weights);
 * INDArray y = network.output(Map.of("x", x), "y").get("y");
 * network.save(new File("network.fb"), true);
 * }</pre>
 *
 * <p>For running a graph in this framework, {@link SameDiffExecutor} is the better choice: it takes
 * its memory from a pool and looks embeddings up. Here an embedding is the product of its ids as
 * rows with a single 1 and the table, the one form whose gradient SameDiff gets right; it takes
 * {@code ids x rows} values of memory.
 */
public final class SameDiffGraph {
  private SameDiffGraph() {}

  /**
   * A graph that gives values.
   *
   * @throws IllegalArgumentException if the weights lack a parameter of the graph or have it in
   *     another shape or type, or if SameDiff has no operations for a layer
   */
  public static SameDiff of(Graph graph, Weights weights) {
    GraphVariables variables = new GraphVariables(graph, weights);
    variables.addLayers(graph, new LayerOperations(SameDiffGraph::embedding));
    graph.tensors().forEach((name, tensor) -> name(variables, tensor, name));
    return variables.sameDiff();
  }

  /**
   * A graph that can be trained.
   *
   * @param loss the name of a scalar of the graph
   * @throws IllegalArgumentException as {@link #of(Graph, Weights)}, or if the graph has no such
   *     scalar
   */
  public static SameDiff of(Graph graph, Weights weights, String loss) {
    Tensor tensor = graph.tensor(loss);
    Require.that(tensor.length() == 1, "loss", tensor, "must be a scalar");
    SameDiff sameDiff = of(graph, weights);
    sameDiff.setLossVariables(loss);
    sameDiff.addListeners(new LossListener(loss));
    return sameDiff;
  }

  /** ND4J's {@code fit} computes a loss, and reports another value than 0, if someone needs it. */
  private static final class LossListener extends BaseListener {
    private final String loss;

    LossListener(String loss) {
      this.loss = loss;
    }

    @Override
    public boolean isActive(Operation operation) {
      return operation == Operation.TRAINING;
    }

    @Override
    public ListenerVariables requiredVariables(SameDiff sameDiff) {
      return ListenerVariables.builder().trainingVariables(loss).build();
    }
  }

  private static SDVariable embedding(Embedding embedding, GraphVariables variables) {
    SameDiff sd = variables.sameDiff();
    Tensor ids = embedding.ids();
    long rows = embedding.table().size(0);
    SDVariable flat = sd.reshape(variables.of(ids), ids.length());
    SDVariable selection = sd.oneHot(flat, Math.toIntExact(rows), 1, 1, 0, variables.dataType());
    SDVariable found = sd.mmul(selection, variables.of(embedding.table()));
    return sd.reshape(found, embedding.outputShape());
  }

  /** Makes a tensor's value known under a name of the graph. */
  private static void name(GraphVariables variables, Tensor tensor, String name) {
    SameDiff sd = variables.sameDiff();
    if (sd.hasVariable(name)) {
      return;
    }
    sd.identity(name, variables.of(tensor));
  }
}

package org.diffusion4j.core.execution.samediff;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.diffusion4j.core.check.Require;
import org.diffusion4j.core.graph.Embedding;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Layer;
import org.nd4j.autodiff.samediff.SDVariable;

/** How each kind of layer is put into SameDiff's operations. */
final class LayerOperations {

  /** How one kind of layer is. */
  @FunctionalInterface
  interface Operation<L extends Layer> {
    /**
     * Adds the operations of a layer.
     *
     * @return the variable of what it gives
     */
    SDVariable add(L layer, GraphVariables variables);
  }

  private final Map<Class<? extends Layer>, Operation<Layer>> operations = new HashMap<>();

  /**
   * @param embedding how rows are looked up, which SameDiff has no right gradient for
   */
  LayerOperations(Operation<Embedding> embedding) {
    put(Embedding.class, embedding);
    put(SameDiffOperation.class, SameDiffOperation::addTo);
    ElementwiseOperations.register(this);
    ShapeOperations.register(this);
    ReduceOperations.register(this);
    ProductOperations.register(this);
    ConvolutionOperations.register(this);
    NormOperations.register(this);
    ImageOperations.register(this);
    PoolOperations.register(this);
    AttentionOperations.register(this);
  }

  <L extends Layer> void put(Class<L> kind, Operation<L> operation) {
    operations.put(kind, (layer, variables) -> operation.add(kind.cast(layer), variables));
  }

  /** The kinds of layers that there are operations for. */
  Set<Class<? extends Layer>> kinds() {
    return Set.copyOf(operations.keySet());
  }

  /**
   * Adds the operations of a layer.
   *
   * @return the variable of its output
   * @throws IllegalArgumentException if there are none for its kind
   */
  SDVariable add(Graph.Node node, GraphVariables variables) {
    Layer layer = node.layer();
    Operation<Layer> operation = operations.get(layer.getClass());
    Require.that(
        operation != null,
        "layer " + node.output().name(),
        layer.getClass().getSimpleName(),
        "must be of a kind that SameDiff has operations for");
    return operation.add(layer, variables);
  }
}

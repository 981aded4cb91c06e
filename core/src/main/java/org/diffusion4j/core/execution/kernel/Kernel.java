package org.diffusion4j.core.execution.kernel;

import java.util.ArrayList;
import java.util.List;
import org.diffusion4j.core.graph.Binary;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Layer;
import org.diffusion4j.core.graph.Tensor;

/**
 * Layers that are computed together, so that their values pass through memory once.
 *
 * @param prologue layers before the root, whose values never come to be
 * @param root the layer that the kernel is built around
 * @param epilogue layers that act on each value of the root before it is written, in their order
 */
public record Kernel(List<Graph.Node> prologue, Graph.Node root, List<Follower> epilogue) {

  /**
   * A layer of an epilogue.
   *
   * @param x the kernel's value that the layer acts on
   */
  public record Follower(Graph.Node node, Tensor x) {

    /** What acts on the value. */
    public Layer layer() {
      return node.layer();
    }

    /**
     * The operand that comes from outside of the kernel.
     *
     * @throws IllegalStateException if the layer has no second operand
     */
    public Tensor other() {
      if (layer() instanceof Binary binary) {
        return binary.a().equals(x) ? binary.b() : binary.a();
      }
      throw new IllegalStateException(Kernel.name(node) + " has no second operand");
    }
  }

  public Kernel {
    prologue = List.copyOf(prologue);
    epilogue = List.copyOf(epilogue);
  }

  /** A layer by itself. */
  public static Kernel of(Graph.Node root) {
    return new Kernel(List.of(), root, List.of());
  }

  /** The tensor that it gives: that of the last layer. */
  public Tensor output() {
    return epilogue.isEmpty() ? root.output() : epilogue.get(epilogue.size() - 1).node().output();
  }

  /** With one more layer in the epilogue. */
  Kernel then(Graph.Node follower) {
    List<Follower> longer = new ArrayList<>(epilogue);
    longer.add(new Follower(follower, output()));
    return new Kernel(prologue, root, longer);
  }

  /**
   * What the root's gradient is computed from: layers of the epilogue have gradients of their own.
   */
  public Kernel withoutEpilogue() {
    return new Kernel(prologue, root, List.of());
  }

  /** A layer's kind and the tensor that it gives, for messages. */
  static String name(Graph.Node node) {
    return node.layer().getClass().getSimpleName() + " " + node.output();
  }

  @Override
  public String toString() {
    return name(root);
  }
}

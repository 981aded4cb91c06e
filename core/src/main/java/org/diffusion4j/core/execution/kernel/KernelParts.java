package org.diffusion4j.core.execution.kernel;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Layer;
import org.diffusion4j.core.graph.Tensor;

/**
 * A kernel as a lowering takes it apart: what it asks for, it computes.
 *
 * <p>A part that nobody asked for would be missing in the numbers; {@link #requireAllTaken} makes
 * that an error.
 *
 * @param <L> the kind of the root
 */
public final class KernelParts<L extends Layer> {
  private final Kernel kernel;
  private final L root;

  /** What each part that is not taken yet is to the kernel, by the tensor that it gives. */
  private final Map<Graph.Node, String> left = new LinkedHashMap<>();

  private KernelParts(Kernel kernel, L root) {
    this.kernel = kernel;
    this.root = root;
    kernel.prologue().forEach(node -> left.put(node, "prologue"));
    left.put(kernel.root(), "root");
    kernel.epilogue().forEach(follower -> left.put(follower.node(), "epilogue"));
  }

  /** All parts of a kernel. */
  public static KernelParts<Layer> of(Kernel kernel) {
    return new KernelParts<>(kernel, kernel.root().layer());
  }

  /** Takes the root. */
  public L root() {
    left.remove(kernel.root());
    return root;
  }

  /** The tensor that the kernel gives, whose shape is that of the root's. */
  public Tensor output() {
    return kernel.output();
  }

  /** Takes the layer of a kind from before the root, if there is one. */
  public <P extends Layer> Optional<P> prologue(Class<P> kind) {
    for (Graph.Node node : kernel.prologue()) {
      if (kind.isInstance(node.layer())) {
        left.remove(node);
        return Optional.of(kind.cast(node.layer()));
      }
    }
    return Optional.empty();
  }

  /**
   * Takes the layers of the epilogue, one after the other.
   *
   * @param form what a layer of it becomes
   */
  public <T> List<T> epilogue(Function<Kernel.Follower, T> form) {
    List<T> forms = new ArrayList<>();
    for (Kernel.Follower follower : kernel.epilogue()) {
      forms.add(form.apply(follower));
      left.remove(follower.node());
    }
    return forms;
  }

  /**
   * Refuses a kernel of which something was not taken.
   *
   * @throws IllegalStateException if a part is left
   */
  public void requireAllTaken() {
    if (!left.isEmpty()) {
      Map.Entry<Graph.Node, String> first = left.entrySet().iterator().next();
      throw new IllegalStateException(
          String.format(
              "the lowering of kernel %s leaves out its %s %s",
              kernel, first.getValue(), Kernel.name(first.getKey())));
    }
  }
}

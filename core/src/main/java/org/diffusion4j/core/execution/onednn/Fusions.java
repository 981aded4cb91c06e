package org.diffusion4j.core.execution.onednn;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.diffusion4j.core.graph.Affine;
import org.diffusion4j.core.graph.Binary;
import org.diffusion4j.core.graph.BinaryFunction;
import org.diffusion4j.core.graph.Convolution2d;
import org.diffusion4j.core.graph.Dense;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.GroupNormalization;
import org.diffusion4j.core.graph.Layer;
import org.diffusion4j.core.graph.Pad2d;
import org.diffusion4j.core.graph.Slice;
import org.diffusion4j.core.graph.Tensor;

/**
 * Which layers are computed together, so that their values pass through memory once.
 *
 * <ul>
 *   <li>After a convolution or a linear layer: functions of each value, sums and products with a
 *       tensor of the same shape.
 *   <li>After a group norm: a function of each value.
 *   <li>Before a group norm: a sum with one number for each channel of each sample.
 *   <li>Before a convolution: zeros around the image.
 *   <li>A linear layer of which only parts of the last axis are read: a layer for each part.
 * </ul>
 *
 * In training, what a gradient needs is kept: only sums and factors join a layer.
 */
final class Fusions {
  /** A layer and those that are computed with it, one after the other. */
  private static final class Chain {
    final int root;
    final boolean isNorm;
    final List<Graph.Node> followers = new ArrayList<>();

    Chain(int root, boolean isNorm) {
      this.root = root;
      this.isNorm = isNorm;
    }
  }

  private final boolean training;
  private final Set<Tensor> outputs;
  private final Map<String, Integer> positions = new HashMap<>();
  private final Map<String, Layer> producers = new HashMap<>();
  private final Map<String, List<Graph.Node>> consumers = new HashMap<>();
  private final Map<String, Chain> chainsByRoot = new HashMap<>();
  private final Map<String, Chain> chainsByEnd = new HashMap<>();
  private final Set<String> absorbed = new HashSet<>();
  private final Set<String> deferred = new HashSet<>();

  /**
   * Finds what belongs together.
   *
   * @param nodes the layers that are computed, in their order
   * @param outputs tensors that must come to be by themselves
   * @param training whether there is a backward pass
   */
  Fusions(List<Graph.Node> nodes, Set<Tensor> outputs, boolean training) {
    this.training = training;
    this.outputs = outputs;
    for (Graph.Node node : nodes) {
      producers.put(node.output().name(), node.layer());
      node.layer().inputs().stream()
          .distinct()
          .forEach(
              input ->
                  consumers.computeIfAbsent(input.name(), name -> new ArrayList<>()).add(node));
    }
    for (int i = 0; i < nodes.size(); i++) {
      place(i, nodes.get(i));
    }
  }

  private void place(int position, Graph.Node node) {
    Layer layer = node.layer();
    String output = node.output().name();
    positions.put(output, position);
    if (isDeferred(node)) {
      deferred.add(output);
    } else if (isRoot(layer)) {
      Chain chain = new Chain(position, layer instanceof GroupNormalization);
      chainsByRoot.put(output, chain);
      chainsByEnd.put(output, chain);
    } else {
      chainThatTakes(layer).ifPresent(end -> append(end, node));
    }
  }

  private void append(Tensor end, Graph.Node node) {
    Chain chain = chainsByEnd.remove(end.name());
    chain.followers.add(node);
    chainsByEnd.put(node.output().name(), chain);
    absorbed.add(node.output().name());
    positions.put(node.output().name(), chain.root);
  }

  private boolean isRoot(Layer layer) {
    return layer instanceof Convolution2d
        || layer instanceof Dense
        || (layer instanceof GroupNormalization && !training)
        || (layer instanceof Slice slice && deferred.contains(slice.x().name()));
  }

  /** Whether a layer is computed where its value is read. */
  private boolean isDeferred(Graph.Node node) {
    Tensor output = node.output();
    List<Graph.Node> readers = consumers.getOrDefault(output.name(), List.of());
    if (outputs.contains(output) || readers.isEmpty()) {
      return false;
    }
    if (node.layer() instanceof Pad2d) {
      return readers.stream()
          .allMatch(
              reader -> reader.layer() instanceof Convolution2d conv && conv.x().equals(output));
    } else if (node.layer() instanceof Dense) {
      return readers.stream()
          .allMatch(
              reader -> reader.layer() instanceof Slice slice && slice.axis() == output.rank() - 1);
    }
    return node.layer() instanceof Binary sum
        && sum.function() == BinaryFunction.ADD
        && isByChannel(sum)
        && readers.size() == 1
        && readers.get(0).layer() instanceof GroupNormalization;
  }

  /** Whether a sum is that of images and a number for each channel of each sample. */
  private static boolean isByChannel(Binary sum) {
    Tensor x = sum.a();
    Tensor shift = sum.b();
    return x.rank() == 4
        && shift.rank() == 4
        && x.size(2) * x.size(3) > 1
        && shift.size(0) == x.size(0)
        && shift.size(1) == x.size(1)
        && shift.size(2) * shift.size(3) == 1;
  }

  /** The end of the chain that a layer can join. */
  private Optional<Tensor> chainThatTakes(Layer layer) {
    if (layer instanceof Binary binary) {
      return takes(binary.function()) ? laterOf(binary.a(), binary.b()) : Optional.empty();
    }
    boolean taken = training ? layer instanceof Affine : Activation.of(layer).isPresent();
    return taken ? layer.inputs().stream().filter(this::isOpen).findFirst() : Optional.empty();
  }

  private boolean takes(BinaryFunction function) {
    return function == BinaryFunction.ADD || (function == BinaryFunction.MULTIPLY && !training);
  }

  /**
   * Of two operands of one shape, the one whose chain begins last, if the other is there by then.
   */
  private Optional<Tensor> laterOf(Tensor a, Tensor b) {
    if (a.equals(b) || !a.shape().equals(b.shape())) {
      return Optional.empty();
    }
    Tensor later = position(a) > position(b) ? a : b;
    Tensor earlier = later.equals(a) ? b : a;
    Chain chain = chainsByEnd.get(later.name());
    boolean possible =
        chain != null
            && hasOneReader(later)
            && !chain.isNorm
            && position(earlier) < chain.root
            && !deferred.contains(earlier.name());
    return possible ? Optional.of(later) : Optional.empty();
  }

  private boolean isOpen(Tensor end) {
    return chainsByEnd.containsKey(end.name()) && hasOneReader(end);
  }

  private boolean hasOneReader(Tensor tensor) {
    return !outputs.contains(tensor) && consumers.get(tensor.name()).size() == 1;
  }

  private int position(Tensor tensor) {
    return positions.getOrDefault(tensor.name(), -1);
  }

  /** Whether a tensor is computed together with one before it. */
  boolean isAbsorbed(Tensor output) {
    return absorbed.contains(output.name());
  }

  /** Whether a tensor never comes to be: its readers look at its layer's inputs. */
  boolean isDeferred(Tensor output) {
    return deferred.contains(output.name());
  }

  /** The layers that are computed with the one that gives a tensor, in their order. */
  List<Graph.Node> followers(Tensor output) {
    Chain chain = chainsByRoot.get(output.name());
    return chain == null ? List.of() : List.copyOf(chain.followers);
  }

  /** The layer behind a tensor that never comes to be. */
  <L extends Layer> Optional<L> deferred(Tensor tensor, Class<L> kind) {
    return isDeferred(tensor)
        ? Optional.of(producers.get(tensor.name())).filter(kind::isInstance).map(kind::cast)
        : Optional.empty();
  }
}

package org.diffusion4j.core.execution.onednn;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.diffusion4j.core.execution.plan.ElementType;
import org.diffusion4j.core.execution.plan.View;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.StopGradient;
import org.diffusion4j.core.graph.Tensor;

/** The backward pass as it is compiled: the gradients that have come together so far. */
final class Backward {
  /** A gradient that is put together of parts of an axis; all else of it is zeros. */
  private record Parts(View whole, int axis, List<long[]> ranges) {}

  private final Forward forward;
  private final PrimitivePlan plan;
  private final Set<Tensor> wanted;
  private final Map<Tensor, View> results = new HashMap<>();
  private final Map<Tensor, View> gradients = new HashMap<>();
  private final Map<Tensor, Parts> parts = new HashMap<>();

  /**
   * A backward pass.
   *
   * @param nodes the layers of the forward pass, in their order
   * @param withRespectTo tensors whose gradients are asked for
   */
  Backward(Forward forward, List<Graph.Node> nodes, Set<Tensor> withRespectTo) {
    this.forward = forward;
    this.plan = forward.plan();
    this.wanted = new HashSet<>(withRespectTo);
    for (Graph.Node node : nodes) {
      if (!(node.layer() instanceof StopGradient)
          && node.layer().inputs().stream().anyMatch(this::wants)) {
        wanted.add(node.output());
      }
    }
  }

  /** The forward pass that this leads back through. */
  Forward forward() {
    return forward;
  }

  /** Where steps go. */
  PrimitivePlan plan() {
    return plan;
  }

  /** Whether the gradient of a tensor is needed. */
  boolean wants(Tensor tensor) {
    return wanted.contains(tensor);
  }

  /**
   * Says where the gradient of a tensor that one layer alone reads may be written at once.
   *
   * @param result contiguous F32
   */
  void offer(Tensor tensor, View result) {
    results.put(tensor, result);
  }

  /** Memory for the gradient of a parameter: where it is asked for, if no other is added to it. */
  View allocate(Tensor parameter) {
    View result = results.get(parameter);
    return result == null ? plan.allocate(ElementType.F32, parameter.shapeArray()) : result;
  }

  /** Adds to the gradient of a tensor, if it is needed. */
  void add(Tensor tensor, View gradient) {
    if (!wants(tensor)) {
      return;
    }
    parts.remove(tensor);
    gradients.merge(tensor, gradient, (sum, more) -> Elementwise.sum(plan, sum, more));
  }

  /**
   * Adds to the gradient of a tensor that was broadcast: the sum over what it was repeated along.
   */
  void addBroadcast(Tensor tensor, View gradient) {
    if (!wants(tensor)) {
      return;
    }
    long[] shape = tensor.shapeArray();
    if (gradient.hasShape(shape)) {
      add(tensor, gradient);
      return;
    }
    boolean[] reduced = new boolean[gradient.rank()];
    for (int axis = 1; axis <= gradient.rank(); axis++) {
      boolean one = axis > shape.length || shape[shape.length - axis] == 1;
      reduced[gradient.rank() - axis] = one && gradient.size(-axis) > 1;
    }
    View sum = Reductions.sum(plan, gradient, reduced, 1);
    add(tensor, Copies.reshape(plan, sum, shape));
  }

  /** Adds to a part of an axis of the gradient of a tensor, if it is needed. */
  void addPart(Tensor tensor, int axis, long from, long to, View gradient) {
    if (!wants(tensor)) {
      return;
    }
    Parts known = parts.get(tensor);
    boolean fits =
        known != null
            && known.axis() == axis
            && known.ranges().stream().allMatch(range -> to <= range[0] || range[1] <= from);
    if (!fits) {
      View whole = plan.allocate(gradient.type(), tensor.shapeArray());
      Copies.clear(plan, whole);
      Copies.copy(plan, gradient, whole.slice(axis, from, to));
      if (gradients.containsKey(tensor)) {
        add(tensor, whole);
      } else {
        List<long[]> ranges = new ArrayList<>();
        ranges.add(new long[] {from, to});
        gradients.put(tensor, whole);
        parts.put(tensor, new Parts(whole, axis, ranges));
      }
      return;
    }
    known.ranges().add(new long[] {from, to});
    Copies.copy(plan, gradient, known.whole().slice(axis, from, to));
  }

  /** The gradient of a tensor so far. */
  Optional<View> gradient(Tensor tensor) {
    return Optional.ofNullable(gradients.get(tensor));
  }

  /** Makes a view the gradient, which includes what has come together so far. */
  void replace(Tensor tensor, View gradient) {
    parts.remove(tensor);
    gradients.put(tensor, gradient);
  }
}

package org.diffusion4j.core.execution.onednn;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.diffusion4j.core.execution.Precision;
import org.diffusion4j.core.execution.kernel.Kernel;
import org.diffusion4j.core.execution.kernel.KernelParts;
import org.diffusion4j.core.execution.plan.ElementType;
import org.diffusion4j.core.execution.plan.View;
import org.diffusion4j.core.graph.Binary;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;

/** The forward pass as it is compiled: which tensors are where. */
final class Forward {
  private record Conversion(Tensor tensor, ElementType type, boolean channelsLast) {}

  private final PrimitivePlan plan;
  private final Parameters parameters;
  private final Precision precision;
  private final boolean training;
  private final Map<Tensor, View> values = new HashMap<>();
  private final Set<Tensor> parameterTensors = new HashSet<>();
  private final Map<Conversion, View> conversions = new HashMap<>();
  private final Map<Tensor, Object> notes = new HashMap<>();

  Forward(
      Graph graph,
      PrimitivePlan plan,
      Parameters parameters,
      Precision precision,
      boolean training) {
    this.plan = plan;
    this.parameters = parameters;
    this.precision = precision;
    this.training = training;
    graph.parameters().forEach(spec -> parameterTensors.add(graph.tensor(spec.name())));
  }

  /** Where steps go. */
  PrimitivePlan plan() {
    return plan;
  }

  /** Whether a backward pass follows. */
  boolean training() {
    return training;
  }

  /** The type of activations and of the weights of products. */
  ElementType computeType() {
    return precision == Precision.BF16 ? ElementType.BF16 : ElementType.F32;
  }

  /** Says where a tensor's value will be. */
  void define(Tensor tensor, View view) {
    values.put(tensor, view);
  }

  /** The value of a tensor as it lies. */
  View value(Tensor tensor) {
    if (isParameter(tensor)) {
      return parameters.view(tensor);
    }
    View view = values.get(tensor);
    if (view == null) {
      throw new IllegalStateException(
          "the value of " + tensor + " is not kept: it is part of the kernels that read it");
    }
    return view;
  }

  /** Whether a tensor is a parameter. */
  boolean isParameter(Tensor tensor) {
    return parameterTensors.contains(tensor);
  }

  /** The value as numbers of a type. */
  View value(Tensor tensor, ElementType type) {
    View view = value(tensor);
    if (view.type() == type) {
      return view;
    }
    return conversions.computeIfAbsent(
        new Conversion(tensor, type, false), c -> Copies.as(plan, view, type));
  }

  /** The value of images, channels last. */
  View image(Tensor tensor, ElementType type) {
    View view = value(tensor);
    if (view.type() == type && view.isChannelsLast()) {
      return Copies.channelsLast(plan, view, type);
    }
    return conversions.computeIfAbsent(
        new Conversion(tensor, type, true), c -> Copies.channelsLast(plan, view, type));
  }

  /** The value as float32 in C order, for work in Java. */
  View floats(Tensor tensor) {
    return Copies.contiguous(plan, value(tensor, ElementType.F32));
  }

  /** A weight in the layout that a primitive wants. */
  Operand weight(Tensor weight, Packing packing, dnnl_memory_desc layout) {
    return isParameter(weight)
        ? parameters.packed(weight, packing, layout)
        : Copies.packed(plan, Copies.contiguous(plan, value(weight)), packing, layout);
  }

  /**
   * The epilogue of a kernel as post-operations.
   *
   * @param layout lays a tensor of the output's shape out as the kernel's result is
   */
  List<PostOp> postOps(KernelParts<?> kernel, UnaryOperator<View> layout) {
    return kernel.epilogue(follower -> postOp(follower, layout));
  }

  private PostOp postOp(Kernel.Follower follower, UnaryOperator<View> layout) {
    if (follower.layer() instanceof Binary binary) {
      int algorithm = PostOp.algorithm(binary.function()).orElseThrow();
      return new PostOp.Binary(algorithm, layout.apply(value(follower.other())));
    }
    return new PostOp.Eltwise(Activation.of(follower.layer()).orElseThrow());
  }

  /** The type of a result: float32 where float32 joins it, what is computed with elsewhere. */
  ElementType resultType(List<PostOp> postOps) {
    boolean wide =
        postOps.stream()
            .anyMatch(
                postOp ->
                    postOp instanceof PostOp.Binary binary
                        && binary.operand().type() == ElementType.F32);
    return wide ? ElementType.F32 : computeType();
  }

  /** Keeps something of the layer of a tensor for its backward pass. */
  void note(Tensor output, Object note) {
    notes.put(output, note);
  }

  /** What was kept of a layer. */
  <T> T note(Tensor output, Class<T> type) {
    return type.cast(notes.get(output));
  }
}

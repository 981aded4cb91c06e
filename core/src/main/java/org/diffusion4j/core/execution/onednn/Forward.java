package org.diffusion4j.core.execution.onednn;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.global.dnnl;
import org.diffusion4j.core.execution.Precision;
import org.diffusion4j.core.execution.plan.ElementType;
import org.diffusion4j.core.execution.plan.View;
import org.diffusion4j.core.graph.Binary;
import org.diffusion4j.core.graph.BinaryFunction;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Layer;
import org.diffusion4j.core.graph.Tensor;

/** The forward pass as it is compiled: which tensors are where, and what joins a layer. */
final class Forward {
  private record Conversion(String tensor, ElementType type, boolean channelsLast) {}

  private final PrimitivePlan plan;
  private final Parameters parameters;
  private final Fusions fusions;
  private final Precision precision;
  private final boolean training;
  private final Map<String, View> values = new HashMap<>();
  private final Map<String, Tensor> parameterTensors = new HashMap<>();
  private final Map<Conversion, View> conversions = new HashMap<>();
  private final Map<String, Object> notes = new HashMap<>();

  Forward(
      Graph graph,
      PrimitivePlan plan,
      Parameters parameters,
      Fusions fusions,
      Precision precision,
      boolean training) {
    this.plan = plan;
    this.parameters = parameters;
    this.fusions = fusions;
    this.precision = precision;
    this.training = training;
    graph
        .parameters()
        .forEach(spec -> parameterTensors.put(spec.name(), graph.tensor(spec.name())));
  }

  /** Where steps go. */
  PrimitivePlan plan() {
    return plan;
  }

  /** Whether a backward pass follows. */
  boolean training() {
    return training;
  }

  /** What is computed together. */
  Fusions fusions() {
    return fusions;
  }

  /** The type of activations and of the weights of products. */
  ElementType computeType() {
    return precision == Precision.BF16 ? ElementType.BF16 : ElementType.F32;
  }

  /** Says where a tensor's value will be. */
  void define(Tensor tensor, View view) {
    values.put(tensor.name(), view);
  }

  /** The value of a tensor as it lies. */
  View value(Tensor tensor) {
    if (isParameter(tensor)) {
      return parameters.view(tensor);
    }
    View view = values.get(tensor.name());
    if (view == null) {
      throw new IllegalStateException("the value of " + tensor + " is not kept");
    }
    return view;
  }

  /** Whether a tensor is a parameter. */
  boolean isParameter(Tensor tensor) {
    return parameterTensors.containsKey(tensor.name());
  }

  /** The value as numbers of a type. */
  View value(Tensor tensor, ElementType type) {
    View view = value(tensor);
    if (view.type() == type) {
      return view;
    }
    return conversions.computeIfAbsent(
        new Conversion(tensor.name(), type, false), c -> Copies.as(plan, view, type));
  }

  /** The value of images, channels last. */
  View image(Tensor tensor, ElementType type) {
    View view = value(tensor);
    if (view.type() == type && view.isChannelsLast()) {
      return Copies.channelsLast(plan, view, type);
    }
    return conversions.computeIfAbsent(
        new Conversion(tensor.name(), type, true), c -> Copies.channelsLast(plan, view, type));
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
   * What joins a layer, as post-operations.
   *
   * @param output the layer's own tensor
   * @param layout lays a tensor of the output's shape out as the layer's result is
   */
  List<PostOp> postOps(Tensor output, UnaryOperator<View> layout) {
    List<PostOp> postOps = new ArrayList<>();
    Tensor end = output;
    for (Graph.Node follower : fusions.followers(output)) {
      postOps.add(postOp(follower.layer(), end, layout));
      end = follower.output();
    }
    return postOps;
  }

  private PostOp postOp(Layer layer, Tensor end, UnaryOperator<View> layout) {
    if (layer instanceof Binary binary) {
      Tensor other = binary.a().equals(end) ? binary.b() : binary.a();
      int algorithm =
          binary.function() == BinaryFunction.ADD ? dnnl.dnnl_binary_add : dnnl.dnnl_binary_mul;
      return new PostOp.Binary(algorithm, layout.apply(value(other)));
    }
    return new PostOp.Eltwise(Activation.of(layer).orElseThrow());
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
    notes.put(output.name(), note);
  }

  /** What was kept of a layer. */
  <T> T note(Tensor output, Class<T> type) {
    return type.cast(notes.get(output.name()));
  }
}

package org.diffusion4j.core.execution.onednn;

import java.util.List;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.Pointer;
import org.diffusion4j.core.execution.plan.ElementType;
import org.diffusion4j.core.execution.plan.Storage;
import org.diffusion4j.core.execution.plan.View;

/** Steps that put values elsewhere: in another layout, of another type, or zeros. */
final class Copies {
  private record Reorder(Layouts.Key from, Layouts.Key to) {}

  private Copies() {}

  /** Copies values between views of one shape. */
  static void copy(PrimitivePlan plan, View from, View to) {
    if (from.type() == ElementType.S64) {
      plan.host(List.of(from, to), () -> HostMemory.longs(to).put(HostMemory.longs(from)));
      return;
    }
    NativeScope scope = plan.scope();
    copy(plan, scope.operand(from), scope.operand(to));
  }

  /** Copies values from one layout to another. */
  static void copy(PrimitivePlan plan, Operand from, Operand to) {
    NativeScope scope = plan.scope();
    Reorder key = new Reorder(Layouts.key(from.layout()), Layouts.key(to.layout()));
    plan.call(
        plan.shared(key, () -> reorder(scope, from.layout(), to.layout())),
        new Arguments(scope).with(dnnl.DNNL_ARG_FROM, from).with(dnnl.DNNL_ARG_TO, to));
  }

  /** A weight in a layout that a primitive wants. */
  static Operand packed(PrimitivePlan plan, View weight, Packing packing, dnnl_memory_desc layout) {
    Operand target =
        new Operand(Storage.inArena(Layouts.bytes(layout)), 0, plan.scope().copy(layout));
    packing.add(plan, weight, target);
    return target;
  }

  /** The primitive that copies. */
  static Primitive reorder(NativeScope scope, dnnl_memory_desc from, dnnl_memory_desc to) {
    return Primitive.of(
        scope,
        "reorder",
        desc ->
            dnnl.dnnl_reorder_primitive_desc_create(
                desc, from, Dnnl.engine(), to, Dnnl.engine(), scope.attributes(List.of())));
  }

  /** The values in C order without gaps. */
  static View contiguous(PrimitivePlan plan, View view) {
    return view.isContiguous()
        ? view
        : copied(plan, view, view.type(), View.contiguousStrides(view.shape()));
  }

  /** The values without gaps, with the axes in the order that they are in. */
  static View dense(PrimitivePlan plan, View view) {
    return view.isDense() ? view : copied(plan, view, view.type(), view.denseStrides());
  }

  /** The values as those of another type, without gaps. */
  static View as(PrimitivePlan plan, View view, ElementType type) {
    return view.type() == type ? view : copied(plan, view, type, view.denseStrides());
  }

  /** The values of an image with the channels innermost. */
  static View channelsLast(PrimitivePlan plan, View view, ElementType type) {
    long[] strides = View.channelsLastStrides(view.shape());
    if (view.type() == type && view.isChannelsLast()) {
      // Axes of size 1 get the strides that oneDNN knows the layout by.
      return view.withStrides(strides);
    }
    return copied(plan, view, type, strides);
  }

  /** The values with given strides. */
  static View withStrides(PrimitivePlan plan, View view, long... strides) {
    return view.hasStrides(strides)
        ? view.withStrides(strides)
        : copied(plan, view, view.type(), strides);
  }

  /** The values in C order under another shape; they move if they must. */
  static View reshape(PrimitivePlan plan, View view, long... shape) {
    return view.reshape(shape).orElseGet(() -> contiguous(plan, view).reshape(shape).orElseThrow());
  }

  /** A copy of its own. */
  private static View copied(PrimitivePlan plan, View view, ElementType type, long... strides) {
    View copy = plan.allocate(type, view.shape(), strides);
    copy(plan, view, copy);
    return copy;
  }

  /** Writes zeros to a whole block. */
  static void clear(PrimitivePlan plan, View view) {
    Storage storage = view.storage();
    plan.host(
        List.of(view), () -> Pointer.memset(Address.of(storage.address()), 0, storage.bytes()));
  }
}

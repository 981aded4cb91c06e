package org.diffusion4j.core.execution.onednn;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.bytedeco.dnnl.dnnl_exec_arg_t;
import org.bytedeco.dnnl.dnnl_primitive;
import org.bytedeco.dnnl.dnnl_stream;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.BytePointer;
import org.diffusion4j.core.execution.plan.ElementType;
import org.diffusion4j.core.execution.plan.Plan;
import org.diffusion4j.core.execution.plan.PlanBuilder;
import org.diffusion4j.core.execution.plan.Storage;
import org.diffusion4j.core.execution.plan.View;

/** A plan of primitives as it is put together. */
final class PrimitivePlan {
  /** Of less than so many bytes, slow code takes no longer than to call any. */
  private static final long FEW_BYTES = 1024;

  private final NativeScope scope;
  private final PlanBuilder steps = new PlanBuilder();
  private final Set<String> references = new TreeSet<>();
  private final Map<Record, Primitive> primitives = new HashMap<>();
  private final dnnl_stream stream;

  PrimitivePlan(NativeScope scope) {
    this.scope = scope;
    this.stream = scope.stream();
  }

  /** What owns the plan's objects. */
  NativeScope scope() {
    return scope;
  }

  /** Says what the next steps are for. */
  void label(String label) {
    steps.label(label);
  }

  /** New memory in C order. */
  View allocate(ElementType type, long... shape) {
    return allocate(type, shape, View.contiguousStrides(shape));
  }

  /** New memory of given strides, without gaps. */
  View allocate(ElementType type, long[] shape, long[] strides) {
    return steps.allocate(type, shape, strides);
  }

  /** New memory for an image, channels last. */
  View allocateImage(ElementType type, long... shape) {
    return allocate(type, shape, View.channelsLastStrides(shape));
  }

  /** New memory of a view's shape, without gaps and with its order of the axes. */
  View allocateLike(View view, ElementType type) {
    return allocate(type, view.shape(), view.denseStrides());
  }

  /** New memory for an argument in the layout that a primitive asks for. */
  Operand allocate(Primitive primitive, int query) {
    return new Operand(Storage.inArena(primitive.bytes(query)), 0, primitive.layout(query));
  }

  /** Values that never change. */
  View constant(float[] values, long... shape) {
    long bytes = (long) values.length * ElementType.F32.bytes();
    BytePointer memory = scope.allocate(bytes);
    Storage storage = Storage.at(memory.address(), bytes, memory);
    View view = View.contiguous(storage, ElementType.F32, shape);
    HostMemory.floats(view).put(values);
    return view;
  }

  /**
   * A primitive that equal steps share: its description alone takes a hundred kilobytes.
   *
   * @param key what it is, and the layouts of its arguments
   */
  Primitive shared(Record key, Supplier<Primitive> primitive) {
    Primitive known = primitives.get(key);
    if (known == null) {
      known = primitive.get();
      primitives.put(key, known);
    }
    return known;
  }

  /** Adds the execution of a primitive. */
  void call(Primitive primitive, Arguments arguments) {
    if (primitive.isReference() && arguments.largest() >= FEW_BYTES) {
      references.add(steps.label() + ": " + primitive.implementation());
    }
    long scratch = primitive.bytes(dnnl.dnnl_query_scratchpad_md);
    if (scratch > 0) {
      arguments.with(dnnl.DNNL_ARG_SCRATCHPAD, allocate(primitive, dnnl.dnnl_query_scratchpad_md));
    }
    steps.add(
        arguments.storages(),
        () -> {
          dnnl_exec_arg_t bound = arguments.bind();
          dnnl_primitive compiled = primitive.compiled();
          int count = arguments.count();
          return () ->
              Dnnl.check(
                  dnnl.dnnl_primitive_execute(compiled, stream, count, bound),
                  "the execution of a primitive");
        });
  }

  /** Adds work in Java on the memory of views. */
  void host(List<View> touched, Runnable work) {
    steps.add(touched.stream().map(View::storage).toList(), () -> work);
  }

  /**
   * The steps on more than a few values that oneDNN has nothing but its slow reference code for, by
   * what they are for.
   */
  Set<String> references() {
    return references;
  }

  /** Places all blocks and makes the steps ready to run. */
  Plan build() {
    return steps.build(bytes -> scope.allocate(bytes).address());
  }
}

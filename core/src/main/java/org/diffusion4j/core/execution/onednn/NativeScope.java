package org.diffusion4j.core.execution.onednn;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.bytedeco.dnnl.dnnl_exec_arg_t;
import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_post_ops;
import org.bytedeco.dnnl.dnnl_primitive;
import org.bytedeco.dnnl.dnnl_primitive_attr;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.dnnl.dnnl_stream;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.diffusion4j.core.execution.NativeMemoryException;
import org.diffusion4j.core.execution.plan.ElementType;
import org.diffusion4j.core.execution.plan.View;

/** Owns objects of oneDNN, which are freed together in the reverse order of their making. */
final class NativeScope implements AutoCloseable {
  private static final int CACHE_LINE = 64;

  private final Deque<Runnable> owned = new ArrayDeque<>();

  /** A dense or strided layout. */
  dnnl_memory_desc desc(ElementType type, long[] shape, long[] strides) {
    dnnl_memory_desc desc = new dnnl_memory_desc();
    int rank = shape.length;
    Dnnl.check(
        dnnl.dnnl_memory_desc_create_with_strides(desc, rank, shape, dnnlType(type), strides),
        "a layout");
    return own(desc);
  }

  /** A layout that oneDNN chooses. */
  dnnl_memory_desc anyLayout(ElementType type, long... shape) {
    dnnl_memory_desc desc = new dnnl_memory_desc();
    Dnnl.check(
        dnnl.dnnl_memory_desc_create_with_tag(
            desc, shape.length, shape, dnnlType(type), dnnl.dnnl_format_tag_any),
        "a layout");
    return own(desc);
  }

  /** What oneDNN calls a type; no primitive of it reads ids. */
  private static int dnnlType(ElementType type) {
    return switch (type) {
      case F32 -> dnnl.dnnl_f32;
      case BF16 -> dnnl.dnnl_bf16;
      case S64 -> dnnl.dnnl_data_type_undef;
    };
  }

  /** A layout that lives as long as this. */
  dnnl_memory_desc copy(dnnl_memory_desc layout) {
    dnnl_memory_desc copy = new dnnl_memory_desc();
    Dnnl.check(dnnl.dnnl_memory_desc_clone(copy, layout), "a layout");
    return own(copy);
  }

  /** Takes over a layout. */
  dnnl_memory_desc own(dnnl_memory_desc desc) {
    owned.push(() -> dnnl.dnnl_memory_desc_destroy(desc));
    return desc;
  }

  /** Takes over a primitive. */
  dnnl_primitive own(dnnl_primitive primitive) {
    owned.push(() -> dnnl.dnnl_primitive_destroy(primitive));
    return primitive;
  }

  /** Takes over a description of a primitive. */
  dnnl_primitive_desc own(dnnl_primitive_desc desc) {
    owned.push(() -> dnnl.dnnl_primitive_desc_destroy(desc));
    return desc;
  }

  /** Takes over attributes. */
  dnnl_primitive_attr own(dnnl_primitive_attr attributes) {
    owned.push(() -> dnnl.dnnl_primitive_attr_destroy(attributes));
    return attributes;
  }

  /** Takes over a list of arguments. */
  dnnl_exec_arg_t own(dnnl_exec_arg_t arguments) {
    owned.push(arguments::deallocate);
    return arguments;
  }

  /** A view as an argument of primitives. */
  Operand operand(View view) {
    return new Operand(view.storage(), view.byteOffset(), desc(view));
  }

  /** A view's layout; a scalar has one axis there. */
  dnnl_memory_desc desc(View view) {
    return view.rank() == 0
        ? desc(view.type(), new long[] {1}, new long[] {1})
        : desc(view.type(), view.shape(), view.strides());
  }

  /** Attributes with post-operations; scratch memory is an argument. */
  dnnl_primitive_attr attributes(List<PostOp> postOps) {
    dnnl_primitive_attr attributes = new dnnl_primitive_attr();
    Dnnl.check(dnnl.dnnl_primitive_attr_create(attributes), "attributes");
    own(attributes);
    Dnnl.check(
        dnnl.dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl.dnnl_scratchpad_mode_user),
        "attributes");
    if (!postOps.isEmpty()) {
      dnnl_post_ops list = new dnnl_post_ops();
      Dnnl.check(dnnl.dnnl_post_ops_create(list), "post-operations");
      postOps.forEach(postOp -> append(list, postOp));
      Dnnl.check(dnnl.dnnl_primitive_attr_set_post_ops(attributes, list), "post-operations");
      dnnl.dnnl_post_ops_destroy(list);
    }
    return attributes;
  }

  private void append(dnnl_post_ops list, PostOp postOp) {
    if (postOp instanceof PostOp.Eltwise eltwise) {
      Activation function = eltwise.activation();
      Dnnl.check(
          dnnl.dnnl_post_ops_append_eltwise(
              list, function.algorithm(), function.alpha(), function.beta()),
          "a post-operation");
    } else if (postOp instanceof PostOp.Binary binary) {
      Dnnl.check(
          dnnl.dnnl_post_ops_append_binary(list, binary.algorithm(), desc(binary.operand())),
          "a post-operation");
    } else {
      Dnnl.check(
          dnnl.dnnl_post_ops_append_sum(list, 1, 0, dnnl.dnnl_data_type_undef), "a post-operation");
    }
  }

  /** A view of memory that somebody else keeps reachable. */
  dnnl_memory memory(dnnl_memory_desc desc, Pointer address) {
    dnnl_memory memory = new dnnl_memory();
    Dnnl.check(dnnl.dnnl_memory_create(memory, desc, Dnnl.engine(), address), "memory");
    owned.push(() -> dnnl.dnnl_memory_destroy(memory));
    return memory;
  }

  /** A stream of this scope. */
  dnnl_stream stream() {
    dnnl_stream stream = Dnnl.stream();
    owned.push(() -> dnnl.dnnl_stream_destroy(stream));
    return stream;
  }

  /**
   * Bytes at an address that is a multiple of a cache line, freed with this scope: the garbage
   * collector, and JavaCPP's bounds for what waits for it, have no part in them.
   *
   * @throws NativeMemoryException if there are not so many
   */
  BytePointer allocate(long bytes) {
    Pointer block = Pointer.malloc(bytes + CACHE_LINE);
    if (block == null) {
      throw new NativeMemoryException(bytes + " bytes of a graph");
    }
    owned.push(() -> Pointer.free(block));
    long past = block.address() % CACHE_LINE;
    return block.getPointer(BytePointer.class, past == 0 ? 0 : CACHE_LINE - past);
  }

  @Override
  public void close() {
    while (!owned.isEmpty()) {
      owned.pop().run();
    }
  }
}

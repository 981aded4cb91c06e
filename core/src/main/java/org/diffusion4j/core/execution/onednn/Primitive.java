package org.diffusion4j.core.execution.onednn;

import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerPointer;

/** An operation of oneDNN that is compiled for its shapes and layouts. */
final class Primitive {
  /** What oneDNN calls its implementations that are right and slow. */
  private static final String REFERENCE = "ref";

  private final NativeScope scope;
  private final dnnl_primitive_desc desc;
  private dnnl_primitive primitive;

  private Primitive(NativeScope scope, dnnl_primitive_desc desc) {
    this.scope = scope;
    this.desc = desc;
  }

  /** A call of one of oneDNN's functions that describe a primitive. */
  @FunctionalInterface
  interface Description {
    /** Fills in the description and gives the function's status. */
    int describe(dnnl_primitive_desc desc);
  }

  /**
   * Describes a primitive; it is compiled when it is first put into a plan.
   *
   * @param what it is, for errors
   */
  static Primitive of(NativeScope scope, String what, Description description) {
    dnnl_primitive_desc desc = new dnnl_primitive_desc();
    Dnnl.check(description.describe(desc), what);
    return new Primitive(scope, scope.own(desc));
  }

  /** The description, as the hint that backward primitives ask for. */
  dnnl_primitive_desc desc() {
    return desc;
  }

  /** The compiled operation. */
  dnnl_primitive compiled() {
    if (primitive == null) {
      dnnl_primitive created = new dnnl_primitive();
      Dnnl.check(dnnl.dnnl_primitive_create(created, desc), "primitive " + implementation());
      primitive = scope.own(created);
    }
    return primitive;
  }

  /**
   * The layout of an argument.
   *
   * @param query one of oneDNN's queries, such as {@code dnnl_query_weights_md}
   */
  dnnl_memory_desc layout(int query) {
    return dnnl.dnnl_primitive_desc_query_md(desc, query, 0);
  }

  /** The size of an argument in bytes. */
  long bytes(int query) {
    dnnl_memory_desc layout = layout(query);
    return layout == null ? 0 : dnnl.dnnl_memory_desc_get_size(layout);
  }

  /** The name of the code that runs. */
  String implementation() {
    try (PointerPointer<BytePointer> name = new PointerPointer<>(1)) {
      Dnnl.check(
          dnnl.dnnl_primitive_desc_query(desc, dnnl.dnnl_query_impl_info_str, 0, name), "a name");
      return name.get(BytePointer.class, 0).getString();
    }
  }

  /** Whether the code that runs is oneDNN's slow reference. */
  boolean isReference() {
    return implementation().startsWith(REFERENCE);
  }
}

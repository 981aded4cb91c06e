package org.diffusion4j.core.execution.onednn;

import java.util.Arrays;
import java.util.List;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.PointerPointer;

/** What can be asked of oneDNN's layouts. */
final class Layouts {
  private Layouts() {}

  /**
   * A layout's content, equal for equal layouts.
   *
   * @param kind one of oneDNN's kinds of formats
   * @param type one of oneDNN's types of values
   * @param shape the sizes of the axes
   * @param blocking where the values lie, unless oneDNN is to choose or does not say
   */
  record Key(int kind, int type, List<Long> shape, Blocking blocking) {}

  /**
   * How values lie in blocks.
   *
   * @param paddedShape the sizes of the axes, filled up to whole blocks
   * @param strides between blocks
   * @param sizes those of the blocks, the outermost first
   * @param axes which axis each of the sizes is of
   */
  record Blocking(List<Long> paddedShape, List<Long> strides, List<Long> sizes, List<Long> axes) {
    private static final Blocking UNKNOWN =
        new Blocking(List.of(), List.of(), List.of(), List.of());
  }

  /** The size of memory in a layout. */
  static long bytes(dnnl_memory_desc layout) {
    return dnnl.dnnl_memory_desc_get_size(layout);
  }

  /** What tells layouts apart. */
  static Key key(dnnl_memory_desc layout) {
    int rank = number(layout, dnnl.dnnl_query_ndims_s32);
    int kind = number(layout, dnnl.dnnl_query_format_kind);
    return new Key(
        kind,
        number(layout, dnnl.dnnl_query_data_type),
        numbers(layout, dnnl.dnnl_query_dims, rank),
        kind == dnnl.dnnl_blocked ? blocking(layout, rank) : Blocking.UNKNOWN);
  }

  private static Blocking blocking(dnnl_memory_desc layout, int rank) {
    int blocks = number(layout, dnnl.dnnl_query_inner_nblks_s32);
    return new Blocking(
        numbers(layout, dnnl.dnnl_query_padded_dims, rank),
        numbers(layout, dnnl.dnnl_query_strides, rank),
        numbers(layout, dnnl.dnnl_query_inner_blks, blocks),
        numbers(layout, dnnl.dnnl_query_inner_idxs, blocks));
  }

  private static int number(dnnl_memory_desc layout, int query) {
    try (IntPointer number = new IntPointer(1)) {
      Dnnl.check(dnnl.dnnl_memory_desc_query(layout, query, number), "a layout");
      return number.get();
    }
  }

  private static List<Long> numbers(dnnl_memory_desc layout, int query, int count) {
    if (count == 0) {
      return List.of();
    }
    try (PointerPointer<LongPointer> pointer = new PointerPointer<>(1)) {
      Dnnl.check(dnnl.dnnl_memory_desc_query(layout, query, pointer), "a layout");
      long[] numbers = new long[count];
      pointer.get(LongPointer.class, 0).get(numbers);
      return Arrays.stream(numbers).boxed().toList();
    }
  }
}

package org.diffusion4j.core.execution.onednn;

import java.util.ArrayList;
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

  /** The size of memory in a layout. */
  static long bytes(dnnl_memory_desc layout) {
    return dnnl.dnnl_memory_desc_get_size(layout);
  }

  /** Equal for equal layouts: type, shape, and, unless oneDNN is to choose, where values lie. */
  static List<Long> key(dnnl_memory_desc layout) {
    List<Long> key = new ArrayList<>();
    int rank = number(layout, dnnl.dnnl_query_ndims_s32);
    int kind = number(layout, dnnl.dnnl_query_format_kind);
    key.add((long) kind);
    key.add((long) number(layout, dnnl.dnnl_query_data_type));
    add(key, layout, dnnl.dnnl_query_dims, rank);
    if (kind == dnnl.dnnl_blocked) {
      add(key, layout, dnnl.dnnl_query_padded_dims, rank);
      add(key, layout, dnnl.dnnl_query_strides, rank);
      int blocks = number(layout, dnnl.dnnl_query_inner_nblks_s32);
      add(key, layout, dnnl.dnnl_query_inner_blks, blocks);
      add(key, layout, dnnl.dnnl_query_inner_idxs, blocks);
    }
    return key;
  }

  private static int number(dnnl_memory_desc layout, int query) {
    try (IntPointer number = new IntPointer(1)) {
      Dnnl.check(dnnl.dnnl_memory_desc_query(layout, query, number), "a layout");
      return number.get();
    }
  }

  private static void add(List<Long> key, dnnl_memory_desc layout, int query, int count) {
    key.add((long) count);
    if (count == 0) {
      return;
    }
    try (PointerPointer<LongPointer> numbers = new PointerPointer<>(1)) {
      Dnnl.check(dnnl.dnnl_memory_desc_query(layout, query, numbers), "a layout");
      long[] values = new long[count];
      numbers.get(LongPointer.class, 0).get(values);
      Arrays.stream(values).forEach(key::add);
    }
  }
}

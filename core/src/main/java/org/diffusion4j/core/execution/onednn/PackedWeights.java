package org.diffusion4j.core.execution.onednn;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import org.bytedeco.dnnl.dnnl_exec_arg_t;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_stream;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.BytePointer;
import org.diffusion4j.core.weights.Weights;

/**
 * The weights of a model in the layouts that primitives want, shared by all plans over the same
 * {@link Weights}.
 */
final class PackedWeights {
  private record Key(
      String parameter, long byteOffset, List<Long> shape, List<Long> strides, ByteBuffer layout) {}

  private static final Map<Weights, PackedWeights> BY_WEIGHTS = new WeakHashMap<>();

  private final Map<Key, Entry> entries = new HashMap<>();

  private PackedWeights() {}

  /** Those of a model's weights. */
  static PackedWeights of(Weights weights) {
    synchronized (BY_WEIGHTS) {
      return BY_WEIGHTS.computeIfAbsent(weights, w -> new PackedWeights());
    }
  }

  /** A part of a parameter in one layout. */
  final class Entry {
    private final Key key;
    private final NativeScope scope = new NativeScope();
    private final Primitive reorder;
    private final BytePointer target;
    private final dnnl_memory_desc layout;
    private final View window;
    private int users;
    private long revision = -1;

    private Entry(Key key, View window, dnnl_memory_desc layout) {
      this.key = key;
      this.window = window;
      this.layout = scope.copy(layout);
      this.reorder = Copies.reorder(scope, scope.desc(window), this.layout);
      this.target = scope.allocate(Layouts.bytes(layout));
    }

    /** The memory as an argument. */
    Operand operand() {
      return new Operand(Storage.at(target, Layouts.bytes(layout)), 0, layout);
    }

    /** Lays the values out anew if they have changed since. */
    void refresh(Weights weights) {
      synchronized (PackedWeights.this) {
        long now = weights.revision();
        if (revision != now) {
          weights.read(key.parameter(), array -> pack(Parameters.address(array)));
          revision = now;
        }
      }
    }

    private void pack(BytePointer source) {
      try (NativeScope once = new NativeScope()) {
        long bytes = source.limit();
        Storage from = Storage.at(source, bytes);
        dnnl_stream stream = once.stream();
        Arguments arguments =
            new Arguments(once)
                .with(dnnl.DNNL_ARG_FROM, new Operand(from, window.byteOffset(), once.desc(window)))
                .with(dnnl.DNNL_ARG_TO, operand());
        long scratch = reorder.bytes(dnnl.dnnl_query_scratchpad_md);
        if (scratch > 0) {
          arguments.with(
              dnnl.DNNL_ARG_SCRATCHPAD,
              new Operand(
                  Storage.at(once.allocate(scratch), scratch),
                  0,
                  reorder.layout(dnnl.dnnl_query_scratchpad_md)));
        }
        dnnl_exec_arg_t bound = arguments.bind();
        Dnnl.check(
            dnnl.dnnl_primitive_execute(reorder.compiled(), stream, arguments.count(), bound),
            "the packing of " + key.parameter());
      }
    }

    /** Gives the memory back once nobody uses it. */
    void release() {
      synchronized (PackedWeights.this) {
        if (--users == 0) {
          entries.remove(key);
          scope.close();
        }
      }
    }
  }

  /** A part of a parameter in a layout; who acquires it releases it. */
  synchronized Entry acquire(String parameter, View window, dnnl_memory_desc layout) {
    Key key =
        new Key(
            parameter,
            window.byteOffset(),
            boxed(window.shape()),
            boxed(window.strides()),
            Layouts.key(layout));
    Entry entry = entries.computeIfAbsent(key, k -> new Entry(k, window, layout));
    entry.users++;
    return entry;
  }

  private static List<Long> boxed(long... values) {
    return java.util.Arrays.stream(values).boxed().toList();
  }
}

package org.diffusion4j.core.execution.onednn;

import java.lang.ref.Reference;
import java.util.HashMap;
import java.util.Map;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.javacpp.BytePointer;
import org.diffusion4j.core.execution.plan.Storage;
import org.diffusion4j.core.execution.plan.View;
import org.diffusion4j.core.weights.Weights;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The weights of a model in the layouts that primitives want, shared by all plans over the same
 * {@link Weights}.
 */
final class PackedWeights {
  private record Key(String parameter, Record packing, Layouts.Key layout) {}

  private final Map<Key, Entry> entries = new HashMap<>();

  private PackedWeights() {}

  /** Those of a model's weights. */
  static PackedWeights of(Weights weights) {
    return weights.form(PackedWeights.class, PackedWeights::new);
  }

  /** A weight in one layout. */
  final class Entry {
    private final Key key;
    private final Packing packing;
    private final NativeScope scope = new NativeScope();
    private final BytePointer memory;
    private final dnnl_memory_desc layout;
    private int users;
    private long revision = -1;

    private Entry(Key key, Packing packing, dnnl_memory_desc layout) {
      this.key = key;
      this.packing = packing;
      this.layout = scope.copy(layout);
      this.memory = scope.allocate(Layouts.bytes(layout));
    }

    /** The memory as an argument. */
    Operand operand() {
      return new Operand(Storage.at(memory.address(), Layouts.bytes(layout), memory), 0, layout);
    }

    /** Lays the values out anew if they have changed since. */
    void refresh(Weights weights) {
      synchronized (PackedWeights.this) {
        long now = weights.revision();
        if (revision != now) {
          weights.read(key.parameter(), this::pack);
          revision = now;
        }
      }
    }

    private Operand pack(INDArray array) {
      Operand packed = operand();
      try (NativeScope once = new NativeScope()) {
        PrimitivePlan plan = new PrimitivePlan(once);
        packing.add(plan, Parameters.view(array), packed);
        plan.build().run();
      } finally {
        Reference.reachabilityFence(array);
      }
      return packed;
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

  /** How many weights are laid out. */
  synchronized int size() {
    return entries.size();
  }

  /**
   * A weight in a layout; who acquires it releases it.
   *
   * @param weight of the weight's shape; its values are not read yet
   */
  synchronized Entry acquire(
      String parameter, View weight, Packing packing, dnnl_memory_desc layout) {
    Key key = new Key(parameter, packing.key(weight), Layouts.key(layout));
    Entry entry = entries.computeIfAbsent(key, k -> new Entry(k, packing, layout));
    entry.users++;
    return entry;
  }
}

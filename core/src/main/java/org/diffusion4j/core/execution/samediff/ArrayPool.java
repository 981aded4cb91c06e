package org.diffusion4j.core.execution.samediff;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.autodiff.samediff.internal.SessionMemMgr;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.BaseNDArray;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.shape.LongShapeDescriptor;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The memory of SameDiff sessions: arrays that a run no longer needs serve the next of their shape.
 *
 * <p>SameDiff's own manager leaves the arrays of a backward run to the garbage collector, which
 * does not see how large they are outside its heap. A graph of fixed shapes asks for the same
 * arrays at every run, so after the first run nothing is allocated but the results.
 */
final class ArrayPool implements SessionMemMgr {
  private record Key(DataType type, List<Long> shape) {
    static Key of(DataType type, long... shape) {
      return new Key(type, Arrays.stream(shape).boxed().toList());
    }
  }

  private final Map<Key, Deque<INDArray>> free = new HashMap<>();
  private final IdentityHashMap<INDArray, Key> lent = new IdentityHashMap<>();
  private long created;

  @Override
  public INDArray allocate(boolean detached, DataType type, long... shape) {
    Key key = Key.of(type, shape);
    Deque<INDArray> candidates = free.get(key);
    INDArray array;
    if (candidates == null || candidates.isEmpty()) {
      array = Nd4j.createUninitializedDetached(type, shape);
      created++;
    } else {
      array = candidates.pop();
      // A session never releases the same id twice.
      ((BaseNDArray) array).assignNewId();
    }
    lent.put(array, key);
    return array;
  }

  @Override
  public INDArray allocate(boolean detached, LongShapeDescriptor descriptor) {
    if (descriptor.isEmpty()) {
      return Nd4j.create(descriptor);
    }
    return allocate(detached, descriptor.dataType(), descriptor.getShape());
  }

  @Override
  public INDArray ulike(INDArray array) {
    return allocate(false, array.dataType(), array.shape());
  }

  @Override
  public INDArray dup(INDArray array) {
    return ulike(array).assign(array);
  }

  @Override
  public void release(INDArray array) {
    Key key = lent.remove(array);
    if (key != null) {
      free.computeIfAbsent(key, k -> new ArrayDeque<>()).push(array);
    }
  }

  /** Ends a run: its results leave the pool, all else that it still holds comes back. */
  void endRun(Collection<INDArray> results) {
    results.forEach(lent::remove);
    for (INDArray array : List.copyOf(lent.keySet())) {
      release(array);
    }
  }

  /** The number of arrays that were made because none was free. */
  long created() {
    return created;
  }

  /** Frees all arrays that are not lent. */
  @Override
  public void close() {
    free.values().forEach(arrays -> arrays.forEach(INDArray::close));
    free.clear();
  }
}

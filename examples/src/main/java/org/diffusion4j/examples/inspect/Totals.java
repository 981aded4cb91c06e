package org.diffusion4j.examples.inspect;

import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.diffusion4j.core.weights.DType;
import org.diffusion4j.core.weights.TensorInfo;

/**
 * Sums over tensors.
 *
 * @param tensors how many there are
 * @param parameters how many values they have
 * @param bytes what the values take in the file
 */
public record Totals(long tensors, long parameters, long bytes) {

  /** The sums over some tensors. */
  public static Totals of(Collection<TensorInfo> tensors) {
    return new Totals(
        tensors.size(),
        sum(tensors, TensorInfo::size),
        sum(tensors, info -> info.end() - info.begin()));
  }

  /** The sums by type of the values. */
  public static Map<DType, Totals> byDType(Collection<TensorInfo> tensors) {
    Map<DType, Totals> totals = new EnumMap<>(DType.class);
    for (DType dtype : DType.values()) {
      Totals of = of(tensors.stream().filter(info -> info.dtype() == dtype).toList());
      if (of.tensors > 0) {
        totals.put(dtype, of);
      }
    }
    return totals;
  }

  private static long sum(Collection<TensorInfo> tensors, ToLongFunction<TensorInfo> value) {
    return tensors.stream().mapToLong(value).sum();
  }
}

package org.diffusion4j.examples.inspect;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.diffusion4j.core.weights.TensorInfo;

/** Tensors put together by the beginnings of their names. */
public final class TensorGroups {
  private TensorGroups() {}

  /**
   * The tensors by as many of the first parts of their names as make no more groups than wanted; by
   * the first part alone if that makes more.
   *
   * @param most the groups that are wanted
   */
  public static Map<String, List<TensorInfo>> of(Map<String, TensorInfo> tensors, int most) {
    Map<String, List<TensorInfo>> groups = of(1, tensors);
    for (int parts = 2; ; parts++) {
      Map<String, List<TensorInfo>> finer = of(parts, tensors);
      if (finer.size() > most || finer.size() == groups.size()) {
        return groups;
      }
      groups = finer;
    }
  }

  private static Map<String, List<TensorInfo>> of(int parts, Map<String, TensorInfo> tensors) {
    Map<String, List<TensorInfo>> groups = new TreeMap<>();
    tensors.forEach(
        (name, info) ->
            groups.computeIfAbsent(prefix(name, parts), key -> new ArrayList<>()).add(info));
    return groups;
  }

  private static String prefix(String name, int parts) {
    int end = -1;
    for (int i = 0; i < parts; i++) {
      end = name.indexOf('.', end + 1);
      if (end < 0) {
        return name;
      }
    }
    return name.substring(0, end) + ".*";
  }
}

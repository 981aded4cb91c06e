package org.diffusion4j.core.execution.onednn;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.diffusion4j.core.execution.LayerTime;

/** Where the time of runs went, by what the steps were for. */
final class StepTimes {
  private static final double NANOS_PER_SECOND = 1e9;

  private record Sum(int steps, long nanos) {
    Sum plus(Sum other) {
      return new Sum(steps + other.steps, nanos + other.nanos);
    }
  }

  private final Map<String, Sum> sums = new LinkedHashMap<>();

  void add(String label, long nanos) {
    sums.merge(label, new Sum(1, nanos), Sum::plus);
  }

  /** The averages of so many runs, the longest first. */
  List<LayerTime> averages(int runs) {
    List<LayerTime> averages = new ArrayList<>();
    sums.forEach(
        (label, sum) ->
            averages.add(
                new LayerTime(label, sum.steps() / runs, sum.nanos() / NANOS_PER_SECOND / runs)));
    averages.sort(Comparator.comparingDouble(LayerTime::seconds).reversed());
    return averages;
  }
}

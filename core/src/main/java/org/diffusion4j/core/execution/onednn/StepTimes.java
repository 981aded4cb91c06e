package org.diffusion4j.core.execution.onednn;

import java.util.LinkedHashMap;
import java.util.Map;

/** Where the time of runs went, by what the steps were for. */
final class StepTimes {
  private final Map<String, Long> nanos = new LinkedHashMap<>();

  void add(String label, long duration) {
    nanos.merge(label, duration, Long::sum);
  }

  /** Nanoseconds by label. */
  Map<String, Long> nanos() {
    return nanos;
  }
}

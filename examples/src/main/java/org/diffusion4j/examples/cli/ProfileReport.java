package org.diffusion4j.examples.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.diffusion4j.core.execution.LayerTime;
import org.diffusion4j.core.files.Json;
import org.diffusion4j.examples.profile.PartProfile;

/**
 * A profile for people and for programs.
 *
 * @param settings what was profiled, for programs
 */
record ProfileReport(PartProfile profile, Map<String, Object> settings) {
  private static final String KIND = "kind of layer";
  private static final double MILLIS_PER_SECOND = 1e3;

  /** Prints a row for each kind of layer, and the sums. */
  void printTable(PrintWriter out) {
    int width = KIND.length();
    for (LayerTime layer : profile.layers()) {
      width = Math.max(width, layer.kind().length());
    }
    String columns = "%-" + width + "s";
    out.printf(Locale.ROOT, columns + "%8s%14s%8s%n", KIND, "steps", "milliseconds", "share");
    for (LayerTime layer : profile.layers()) {
      print(out, columns, layer);
    }
    print(out, columns, new LayerTime("total", profile.steps(), profile.seconds()));
  }

  private void print(PrintWriter out, String columns, LayerTime row) {
    out.printf(
        Locale.ROOT,
        columns + "%8d%14.3f%7.1f%%%n",
        row.kind(),
        row.steps(),
        row.seconds() * MILLIS_PER_SECOND,
        100 * share(row));
  }

  private double share(LayerTime row) {
    return row.seconds() / profile.seconds();
  }

  /** Prints the same as one JSON object; shares are from 0 to 1. */
  void printJson(PrintWriter out) throws IOException {
    Map<String, Object> json = new LinkedHashMap<>(settings);
    json.put("steps", profile.steps());
    json.put("milliseconds", profile.seconds() * MILLIS_PER_SECOND);
    List<Map<String, Object>> layers = new ArrayList<>();
    for (LayerTime layer : profile.layers()) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("kind", layer.kind());
      row.put("steps", layer.steps());
      row.put("milliseconds", layer.seconds() * MILLIS_PER_SECOND);
      row.put("share", share(layer));
      layers.add(row);
    }
    json.put("layers", layers);
    out.println(Json.pretty(json));
  }
}

package org.diffusion4j.examples.inspect;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.diffusion4j.core.check.Texts;
import org.diffusion4j.core.files.FileLookup;
import org.diffusion4j.core.weights.TensorInfo;

/** An inspection as tables to read. */
public final class InspectionTables {
  /** As many rows of tensors, or of groups of them, fit on a page. */
  private static final int MOST_ROWS = 50;

  private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};

  private final Inspection inspection;
  private final boolean allTensors;

  /**
   * Tables of an inspection.
   *
   * @param allTensors whether every tensor has a row
   */
  public InspectionTables(Inspection inspection, boolean allTensors) {
    this.inspection = inspection;
    this.allTensors = allTensors;
  }

  /** Prints them. */
  public void print(PrintWriter out) {
    boolean folder = FileLookup.isFolder(inspection.path());
    if (folder) {
      if (!inspection.pipeline().isEmpty()) {
        out.println(Texts.quote(inspection.pipeline()));
      }
      table(out, partRows(), List.of(2, 3, 4));
    }
    if (!folder || allTensors) {
      inspection.parts().forEach(part -> part.weights().forEach(header -> print(out, header)));
    }
    out.println();
    table(out, totalRows(), List.of(1, 2, 3));
  }

  private List<List<String>> partRows() {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("part", "class", "tensors", "parameters", "size", "dtypes", "files"));
    for (ModelPart part : inspection.parts()) {
      List<String> files = new ArrayList<>();
      part.config().ifPresent(file -> files.add(file.getFileName().toString()));
      part.weights().forEach(header -> files.add(header.file().getFileName().toString()));
      List<String> row = new ArrayList<>(List.of(part.name(), part.className()));
      row.addAll(counts(part.tensors()));
      row.add(dtypes(part.tensors()));
      row.add(String.join(", ", files));
      rows.add(row);
    }
    return rows;
  }

  private void print(PrintWriter out, WeightsHeader header) {
    out.println();
    out.println(header.file() + " (" + size(Totals.of(header.tensors().values()).bytes()) + ")");
    header
        .metadata()
        .forEach((key, value) -> out.println("  " + Texts.quote(key) + ": " + Texts.quote(value)));
    List<List<String>> rows = new ArrayList<>();
    if (allTensors || header.tensors().size() <= MOST_ROWS) {
      rows.add(List.of("tensor", "dtype", "shape", "parameters", "size"));
      header
          .tensors()
          .forEach(
              (name, info) ->
                  rows.add(
                      List.of(
                          name,
                          info.dtype().toString(),
                          info.shape().toString(),
                          count(info.size()),
                          size(info.end() - info.begin()))));
      table(out, rows, List.of(3, 4));
    } else {
      rows.add(List.of("tensors (all: --tensors)", "dtypes", "tensors", "parameters", "size"));
      TensorGroups.of(header.tensors(), MOST_ROWS)
          .forEach(
              (name, tensors) -> {
                List<String> row = new ArrayList<>(List.of(name, dtypes(tensors)));
                row.addAll(counts(tensors));
                rows.add(row);
              });
      table(out, rows, List.of(2, 3, 4));
    }
  }

  private List<List<String>> totalRows() {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("total", "tensors", "parameters", "size"));
    Collection<TensorInfo> all = inspection.tensors();
    Map<?, Totals> byDType = Totals.byDType(all);
    byDType.forEach((dtype, totals) -> rows.add(row(dtype.toString(), totals)));
    if (byDType.size() != 1) {
      rows.add(row("all", Totals.of(all)));
    }
    return rows;
  }

  private static List<String> row(String name, Totals totals) {
    return List.of(name, count(totals.tensors()), count(totals.parameters()), size(totals.bytes()));
  }

  private static List<String> counts(Collection<TensorInfo> tensors) {
    if (tensors.isEmpty()) {
      return List.of("", "", "");
    }
    Totals totals = Totals.of(tensors);
    return List.of(count(totals.tensors()), count(totals.parameters()), size(totals.bytes()));
  }

  private static String dtypes(Collection<TensorInfo> tensors) {
    return Totals.byDType(tensors).keySet().stream()
        .map(Enum::name)
        .collect(Collectors.joining(","));
  }

  private static String count(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }

  /** In the largest unit of which there is one at least. */
  static String size(long bytes) {
    double size = bytes;
    int unit = 0;
    while (size >= 1024) {
      size /= 1024;
      unit++;
    }
    return String.format(Locale.ROOT, unit == 0 ? "%.0f %s" : "%.1f %s", size, UNITS[unit]);
  }

  private static void table(PrintWriter out, List<List<String>> rows, List<Integer> right) {
    List<List<String>> cells =
        rows.stream().map(row -> row.stream().map(Texts::sentence).toList()).toList();
    int columns = cells.get(0).size();
    int[] widths = new int[columns];
    for (List<String> row : cells) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    for (List<String> row : cells) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < columns; i++) {
        String space = " ".repeat(widths[i] - row.get(i).length());
        line.append(right.contains(i) ? space + row.get(i) : row.get(i) + space).append("  ");
      }
      out.println(line.toString().stripTrailing());
    }
  }
}

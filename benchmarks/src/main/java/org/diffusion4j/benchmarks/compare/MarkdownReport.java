package org.diffusion4j.benchmarks.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** A comparison as tables for people. */
final class MarkdownReport {
  private final Comparison comparison;
  private final StringBuilder text = new StringBuilder();

  private MarkdownReport(Comparison comparison) {
    this.comparison = comparison;
  }

  /** The whole report. */
  static String of(Comparison comparison) {
    MarkdownReport report = new MarkdownReport(comparison);
    report.writeMachine();
    for (Work work : Work.values()) {
      for (int threads : comparison.threads()) {
        report.writeWork(work, threads);
      }
    }
    return report.text.toString();
  }

  private void writeMachine() {
    Machine machine = comparison.machine();
    line("# Comparison");
    line("");
    line("| | |");
    line("|---|---|");
    row("processor", machine.cpu());
    row("vector instructions", String.join(", ", machine.features()));
    row("processors", machine.processors());
    row("memory", gigabytes(machine.memoryBytes()));
    row("system", machine.system());
    row("Java", machine.java());
    comparison.entries().stream()
        .flatMap(entry -> entry.measurement().stream())
        .map(Measurement::library)
        .distinct()
        .sorted()
        .forEach(library -> row("library", library));
    line("");
    line(
        "Each line is a process of its own. Times are medians, with the least and the quartiles."
            + " First result: from the start of the process, loading included."
            + " Memory: the most that the process had resident."
            + " Ceiling: the best of the same precision at `conv-ceiling`."
            + " Deviation: the largest difference to the values of the first line, as a part of"
            + " the largest of these.");
  }

  private void writeWork(Work work, int threads) {
    List<Entry> entries = comparison.of(work, threads);
    if (entries.isEmpty()) {
      return;
    }
    List<Entry> measured = entries.stream().filter(e -> e.measurement().isPresent()).toList();
    line("");
    line("## " + work.label() + ", threads: " + threads);
    line("");
    line(description(work, measured));
    line("");
    List<String> heads = new ArrayList<>(List.of("contender", "median ms", "least, quartiles"));
    measured.forEach(entry -> heads.add("/ " + entry.contender()));
    heads.addAll(
        List.of("runs", "memory", "first result", "GFLOP/s", "of the ceiling", "deviation"));
    row(heads.toArray());
    line("|" + "---|".repeat(heads.size()));
    for (Entry entry : entries) {
      row(cells(entry, measured, heads.size(), threads).toArray());
    }
  }

  private static String description(Work work, List<Entry> measured) {
    String description =
        work.description().substring(0, 1).toUpperCase(Locale.ROOT)
            + work.description().substring(1);
    return measured.stream()
        .flatMap(entry -> entry.measurement().stream())
        .findFirst()
        .map(m -> format("%s; number of weights %,d", description, m.weights()) + operations(m))
        .orElse(description);
  }

  private static String operations(Measurement measurement) {
    return measurement.flops() == 0 ? "." : format(", %,.1f GFLOP.", measurement.flops() / 1e9);
  }

  private List<String> cells(Entry entry, List<Entry> peers, int columns, int threads) {
    List<String> cells = new ArrayList<>(List.of(entry.contender()));
    if (entry.measurement().isEmpty()) {
      cells.add("failed: " + entry.failure().orElse("").replace("|", "\\|"));
      while (cells.size() < columns) {
        cells.add("");
      }
      return cells;
    }
    Measurement m = entry.measurement().get();
    cells.add(milliseconds(m.median()));
    cells.add(
        Stream.of(m.minimum(), m.lowerQuartile(), m.upperQuartile())
            .map(MarkdownReport::milliseconds)
            .reduce((a, b) -> a + ", " + b)
            .orElseThrow());
    for (Entry peer : peers) {
      cells.add(format("%.2f", m.median() / peer.measurement().orElseThrow().median()));
    }
    cells.add(String.valueOf(m.milliseconds().size()));
    cells.add(gigabytes(m.peakBytes()));
    cells.add(format("%.1f s", m.firstResultSeconds()));
    cells.add(m.flops() == 0 ? "" : format("%,.0f", m.gigaflops()));
    Optional<Double> ceiling = comparison.ceiling(Comparison.precisionOf(entry), threads);
    cells.add(
        m.flops() == 0 || ceiling.isEmpty()
            ? ""
            : format("%.0f%%", 100 * m.gigaflops() / ceiling.get()));
    cells.add(format("%.1e", m.deviation(peers.get(0).measurement().orElseThrow())));
    return cells;
  }

  private static String milliseconds(double value) {
    return format(value < 100 ? "%.2f" : "%,.0f", value);
  }

  private static String gigabytes(long bytes) {
    return format("%.2f GB", bytes / 1e9);
  }

  private static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }

  private void row(Object... cells) {
    for (Object cell : cells) {
      text.append("| ").append(cell).append(' ');
    }
    line("|");
  }

  private void line(String line) {
    text.append(line).append('\n');
  }
}

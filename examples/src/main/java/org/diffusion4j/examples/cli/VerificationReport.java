package org.diffusion4j.examples.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.diffusion4j.core.execution.Execution;
import org.diffusion4j.core.files.Json;
import org.diffusion4j.core.verify.CaseResult;
import org.diffusion4j.core.verify.CaseResult.Outcome;
import org.diffusion4j.core.verify.Deviation;
import org.diffusion4j.core.verify.FolderSummary;

/** What a verification found, for people and for programs. */
record VerificationReport(
    Execution execution, List<FolderSummary> folders, List<CaseResult> results) {
  private static final String ROW = "%6s%8s%8s%9s%13s%11s  %s";

  static VerificationReport of(
      Execution execution, List<String> folders, List<CaseResult> results) {
    return new VerificationReport(
        execution,
        folders.stream().map(folder -> FolderSummary.of(folder, results)).toList(),
        results);
  }

  /** The number of cases that were computed. */
  int run() {
    return folders.stream().mapToInt(FolderSummary::run).sum();
  }

  /** The number of cases with a wrong value. */
  int failed() {
    return folders.stream().mapToInt(FolderSummary::failed).sum();
  }

  /** Prints a row for each folder, then each failed and each skipped case. */
  void printTable(PrintWriter out) {
    int width = "folder".length();
    for (FolderSummary folder : folders) {
      width = Math.max(width, folder.folder().length());
    }
    String row = "%-" + width + "s" + ROW;
    out.printf(
        Locale.ROOT,
        row,
        "folder",
        "run",
        "passed",
        "failed",
        "skipped",
        "worst error",
        "tolerance",
        "of");
    out.println();
    for (FolderSummary folder : folders) {
      Optional<Deviation> worst = folder.worst().flatMap(CaseResult::worst);
      String line =
          String.format(
              Locale.ROOT,
              row,
              folder.folder(),
              folder.run(),
              folder.passed(),
              folder.failed(),
              folder.skipped(),
              worst.map(deviation -> number(deviation.error())).orElse(""),
              worst.map(deviation -> number(deviation.tolerance())).orElse(""),
              folder.worst().map(result -> result.name() + " " + value(result)).orElse(""));
      out.println(line.stripTrailing());
    }
    for (CaseResult result : results) {
      if (result.outcome() == Outcome.FAILED) {
        out.println("failed   " + result.folder() + "/" + result.name() + ": " + failure(result));
      }
    }
    skippedByReason()
        .forEach(
            (reason, names) -> out.println("skipped  " + reason + ": " + String.join(", ", names)));
  }

  private static String failure(CaseResult result) {
    return result.reason().isEmpty()
        ? result
            .worst()
            .map(
                worst ->
                    String.format(
                        Locale.ROOT,
                        "%s is off by %s, tolerance %s",
                        worst.what(),
                        number(worst.error()),
                        number(worst.tolerance())))
            .orElse("")
        : result.reason();
  }

  private Map<String, List<String>> skippedByReason() {
    Map<String, List<String>> names = new LinkedHashMap<>();
    for (CaseResult result : results) {
      if (result.outcome() == Outcome.SKIPPED) {
        names
            .computeIfAbsent(result.reason(), reason -> new ArrayList<>())
            .add(result.folder() + "/" + result.name());
      }
    }
    return names;
  }

  private static String value(CaseResult result) {
    return result.worst().map(Deviation::what).orElse("");
  }

  private static String number(double number) {
    return String.format(Locale.ROOT, "%.2e", number);
  }

  /** Prints the same as one JSON object; an error that is no number is null. */
  void printJson(PrintWriter out) throws IOException {
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("executor", execution.executor());
    report.put("precision", lowerCase(execution.precision()));
    report.put("folders", folders.stream().map(VerificationReport::json).toList());
    report.put("cases", results.stream().map(VerificationReport::json).toList());
    out.println(Json.pretty(report));
  }

  private static Map<String, Object> json(FolderSummary folder) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("folder", folder.folder());
    json.put("run", folder.run());
    json.put("passed", folder.passed());
    json.put("failed", folder.failed());
    json.put("skipped", folder.skipped());
    folder.worst().ifPresent(worst -> json.put("worst_case", worst.name()));
    folder.worst().flatMap(CaseResult::worst).ifPresent(worst -> put(json, worst));
    return json;
  }

  private static Map<String, Object> json(CaseResult result) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("folder", result.folder());
    json.put("case", result.name());
    json.put("outcome", lowerCase(result.outcome()));
    result.worst().ifPresent(worst -> put(json, worst));
    if (!result.reason().isEmpty()) {
      json.put("reason", result.reason());
    }
    return json;
  }

  private static void put(Map<String, Object> json, Deviation worst) {
    json.put("value", worst.what());
    json.put("error", Double.isFinite(worst.error()) ? worst.error() : null);
    json.put("tolerance", worst.tolerance());
  }

  private static String lowerCase(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}

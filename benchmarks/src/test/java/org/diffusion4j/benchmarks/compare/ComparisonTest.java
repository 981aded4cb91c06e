package org.diffusion4j.benchmarks.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.diffusion4j.core.InvalidFileException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ComparisonTest {
  private static final Machine MACHINE =
      new Machine("A CPU", List.of("avx2"), 3, 17_000_000_000L, "Linux", "Java 17");

  private static Measurement measurement(double milliseconds, Float... values) {
    return new Measurement(
        "a library",
        List.of(milliseconds * 3, milliseconds, milliseconds / 2),
        2,
        1.5,
        2_340_000_000L,
        1234,
        5_000_000_000L,
        List.of(values));
  }

  private static Comparison comparison() {
    return new Comparison(MACHINE, List.of())
        .with(Entry.measured(Work.CONV_CEILING, Contender.SAMEDIFF, 2, measurement(20, 1f, -4f)))
        .with(Entry.measured(Work.CLIP_TEXT, Contender.SAMEDIFF, 2, measurement(40, 1f, -4f)))
        .with(Entry.measured(Work.CLIP_TEXT, Contender.PYTORCH_F32, 2, measurement(50, 2f, -4f)))
        .with(Entry.failed(Work.CLIP_TEXT, Contender.PYTORCH_BF16, 2, "a|b"));
  }

  @Test
  void quantilesLieBetweenTheRuns() {
    Measurement runs =
        new Measurement("", List.of(7.0, 1.0, 3.0, 2.0), 2, 1, 1, 1, 14_000_000, List.of());
    assertEquals(1, runs.minimum());
    assertEquals(1.75, runs.lowerQuartile());
    assertEquals(2.5, runs.median());
    assertEquals(4, runs.upperQuartile());
    // 14 million in 2.5 ms.
    assertEquals(5.6, runs.gigaflops(), 1e-12);
  }

  @Test
  void deviationIsRelativeToTheLargestValueOfTheOther() {
    Measurement reference = measurement(1, 1f, -4f, 2f);
    assertEquals(0.25, measurement(1, 2f, -4f, 2f).deviation(reference));
    assertEquals(0, reference.deviation(reference));
    assertTrue(Double.isNaN(measurement(1, 1f, Float.NaN, 2f).deviation(reference)));
    assertTrue(Double.isNaN(measurement(1, 1f).deviation(reference)));
  }

  @Test
  void comesBackFromItsFileAndTakesNewEntries(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("compare.json");
    assertEquals(List.of(), Comparison.read(file, MACHINE).entries());
    comparison().write(file);
    Comparison read = Comparison.read(file, MACHINE);
    assertEquals(comparison(), read);

    Entry better = Entry.measured(Work.CLIP_TEXT, Contender.PYTORCH_BF16, 2, measurement(9, 1f));
    assertEquals(4, read.with(better).entries().size());
    assertEquals(
        Optional.of(better), read.with(better).of(Work.CLIP_TEXT, 2).stream().reduce((a, b) -> b));
    Entry single = Entry.measured(Work.CLIP_TEXT, Contender.PYTORCH_BF16, 1, measurement(9, 1f));
    assertEquals(5, read.with(single).entries().size());
    assertEquals(List.of(1, 2), read.with(single).threads());
  }

  @Test
  void refusesFilesOfOtherMachinesAndOtherContents(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("compare.json");
    comparison().write(file);
    Machine other = new Machine("B", List.of(), 3, 1, "Linux", "Java 17");
    String message =
        assertThrows(InvalidFileException.class, () -> Comparison.read(file, other)).getMessage();
    assertTrue(message.endsWith("must be of this machine (=B); take another folder"), message);
    Files.writeString(file, "{\"machine\": 3}");
    assertThrows(InvalidFileException.class, () -> Comparison.read(file, MACHINE));
  }

  @Test
  void tablesHaveALineForEachContender() {
    String report = MarkdownReport.of(comparison());
    assertTrue(report.contains("## clip-text, threads: 2\n"), report);
    // 5 GFLOP in 40 ms, where the ceiling is 5 in 20 ms.
    assertTrue(
        report.contains(
            "| samediff | 40.00 | 20.00, 30.00, 80.00 | 1.00 | 0.80 | 3 | 2.34 GB | 1.5 s | 125"
                + " | 50% | 0.0e+00 |\n"),
        report);
    assertTrue(
        report.contains(
            "| pytorch-f32 | 50.00 | 25.00, 37.50, 100 | 1.25 | 1.00 | 3 | 2.34 GB | 1.5 s | 100"
                + " | 40% | 2.5e-01 |\n"),
        report);
    assertTrue(report.contains("| pytorch-bf16 | failed: a\\|b |"), report);
  }
}

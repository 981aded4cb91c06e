package org.diffusion4j.core.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.diffusion4j.core.InvalidFileException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JsonLinesLogTest {
  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void nameTheFile() {
    file = folder.resolve("log.jsonl");
  }

  private static String line(long step) {
    return String.format(
            Locale.ROOT,
            "{\"step\":%d,\"loss\":0.5,\"lr\":0.25,\"grad_norm\":2.0,\"images_per_second\":8.0,",
            step)
        + "\"elapsed_seconds\":1.5,\"kl\":3.0}";
  }

  private void write(long done, boolean resumed, long... steps) throws IOException {
    JsonLinesLog log = new JsonLinesLog(file);
    log.started(new TrainingStart(done, 11, resumed, 100));
    for (long step : steps) {
      log.stepped(new TrainingStep(step, 11, 0.5, Map.of("kl", 3.0), 0.25, 2, 8, 1.5));
    }
    log.finished();
  }

  @Test
  void writesOneObjectALine() throws IOException {
    write(0, false, 1, 2);
    assertEquals(line(1) + "\n" + line(2) + "\n", Files.readString(file));
  }

  @Test
  void eachLineIsInTheFileAtOnce() throws IOException {
    JsonLinesLog log = new JsonLinesLog(file);
    log.started(new TrainingStart(0, 11, false, 100));
    log.stepped(new TrainingStep(1, 11, 0.5, Map.of("kl", 3.0), 0.25, 2, 8, 1.5));
    assertEquals(line(1) + "\n", Files.readString(file));
    log.finished();
  }

  @Test
  void survivesAnInterruptOfItsThread() throws IOException {
    Thread.currentThread().interrupt();
    write(0, false, 1);
    assertEquals(true, Thread.interrupted());
    assertEquals(List.of(line(1)), Files.readAllLines(file));
  }

  @Test
  void dropsTheStepsThatAreDoneAgain() throws IOException {
    write(0, false, 1, 2, 3, 4, 5);
    write(3, true, 4);
    assertEquals(List.of(line(1), line(2), line(3), line(4)), Files.readAllLines(file));
  }

  @Test
  void dropsEverythingIfNoCheckpointWasReached() throws IOException {
    write(0, false, 1, 2);
    write(0, true, 1);
    assertEquals(List.of(line(1)), Files.readAllLines(file));
  }

  @Test
  void dropsALastLineThatWasCutOff() throws IOException {
    Files.writeString(file, line(1) + "\n" + line(2).substring(0, 20));
    write(1, true, 2);
    assertEquals(List.of(line(1), line(2)), Files.readAllLines(file));
  }

  @Test
  void refusesTheLogOfAnotherTraining() throws IOException {
    Files.writeString(file, line(1) + "\n");
    var error = assertThrows(IOException.class, () -> write(0, false, 1));
    assertEquals(file + " holds the log of another training", error.getMessage());
    assertEquals(List.of(line(1)), Files.readAllLines(file));
  }

  @Test
  void refusesAFileThatIsNoLogAndLeavesIt() throws IOException {
    String content = line(1) + "\n\"step\"\n" + line(2) + "\n";
    Files.writeString(file, content);
    var error = assertThrows(InvalidFileException.class, () -> write(2, true, 3));
    assertEquals(file + ": line 2 must be a step of a training log", error.getMessage());
    assertEquals(content, Files.readString(file));
    Files.writeString(file, "x".repeat(100_000));
    assertThrows(InvalidFileException.class, () -> write(2, true, 3));
  }
}

package org.diffusion4j.core.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.diffusion4j.core.testing.SmallDisk;
import org.diffusion4j.core.weights.SafetensorsFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FullDiskTest {
  private static final TrainingConfig CONFIG =
      TrainingConfig.of(23, LeastSquares.BATCH, 0.05, 7).withCheckpointEvery(5);

  @TempDir private Path folder;
  private SmallDisk disk;
  private Path file;

  @BeforeEach
  void mount() throws IOException, InterruptedException {
    disk = SmallDisk.mount(folder, 31);
    file = Trainer.checkpointFile(folder);
  }

  @AfterEach
  void unmount() throws IOException, InterruptedException {
    if (disk != null) {
      disk.unmount();
    }
  }

  /** With a checkpoint of three pages. */
  private static TrainingTask task(LeastSquares model) {
    return model.task().withDescription(Map.of("data", "x".repeat(9000)));
  }

  /** Leaves so many pages free after a step. */
  private TrainingListener filler(long after, int free) {
    return new TrainingListener() {
      @Override
      public void stepped(TrainingStep step) throws IOException {
        if (step.step() == after) {
          disk.fill(free);
        }
      }
    };
  }

  @Test
  void aCheckpointThatDoesNotFitLeavesTheLastOne() throws IOException {
    Trainer full = new Trainer(CONFIG, task(new LeastSquares(7)), folder, List.of(filler(7, 1)));
    var error = assertThrows(UncheckedIOException.class, () -> full.start(() -> false));
    assertEquals("cannot write " + file + ": No space left on device", error.getMessage());
    Path filler = folder.resolve("filler");
    assertEquals(List.of(folder.resolve(".lock"), file, filler), files());
    try (SafetensorsFile checkpoint = SafetensorsFile.open(file)) {
      assertEquals("5", checkpoint.metadata().get("step"));
    }

    Files.delete(filler);
    LeastSquares resumed = new LeastSquares(11);
    new Trainer(CONFIG, task(resumed), folder, List.of()).resume(() -> false);
    LeastSquares whole = new LeastSquares(7);
    new Trainer(CONFIG, task(whole), List.of()).start(() -> false);
    assertArrayEquals(
        whole.weights().get("weight").ravel().toFloatVector(),
        resumed.weights().get("weight").ravel().toFloatVector());
  }

  @Test
  void aLogThatDoesNotFitIsNamed() throws IOException {
    Path log = folder.resolve("log.jsonl");
    Trainer full =
        new Trainer(
            TrainingConfig.of(101, LeastSquares.BATCH, 0.05, 7).withCheckpointEvery(5),
            task(new LeastSquares(7)),
            folder,
            List.of(filler(7, 0), new JsonLinesLog(log)));
    var error = assertThrows(UncheckedIOException.class, () -> full.start(() -> false));
    // What is in the log's last page still fits; the checkpoint of step 10 does not.
    assertEquals("cannot write " + file + ": No space left on device", error.getMessage());
    Files.delete(file);
    Files.delete(folder.resolve("filler"));
    Files.write(log, new byte[0]);
    Trainer rare =
        new Trainer(
            TrainingConfig.of(101, LeastSquares.BATCH, 0.05, 7),
            task(new LeastSquares(7)),
            folder,
            List.of(filler(7, 0), new JsonLinesLog(log)));
    error = assertThrows(UncheckedIOException.class, () -> rare.start(() -> false));
    assertEquals("cannot write " + log + ": No space left on device", error.getMessage());
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }
}

package org.diffusion4j.core.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.diffusion4j.core.weights.SafetensorsFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;

class KilledTrainingTest {
  private static final int STEPS = 3000;
  private static final int KILLS = 4;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** A checkpoint every other step: most of the time goes into writing them. */
  private static final TrainingConfig CONFIG =
      TrainingConfig.of(STEPS, LeastSquares.BATCH, 0.01, 7).withCheckpointEvery(2);

  @TempDir private Path folder;

  /** The process that is killed: trains, or goes on training, in the folder it is given. */
  static final class Child {
    private Child() {}

    public static void main(String[] args) {
      Path folder = Path.of(args[0]);
      JsonLinesLog log = new JsonLinesLog(log(folder));
      new Trainer(CONFIG, new LeastSquares(7).task(), folder, List.of(log)).resume(() -> false);
    }
  }

  private static Path log(Path folder) {
    return folder.resolve("log.jsonl");
  }

  @Test
  void aTrainingKilledAtRandomMomentsEndsWithTheSameBits()
      throws IOException, InterruptedException {
    Random random = new Random();
    int kills = 0;
    for (int launched = 0; launched < KILLS; launched++) {
      Process child = launch();
      awaitProgress(child);
      Thread.sleep(random.nextInt(100));
      if (child.destroyForcibly().waitFor() != 0) {
        kills++;
      }
    }
    assertTrue(kills > 0, "every child finished before it could be killed");
    Process last = launch();
    assertTrue(last.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS), "still running");
    assertEquals(0, last.exitValue());

    LeastSquares whole = new LeastSquares(7);
    Trainer trainer = new Trainer(CONFIG, whole.task(), List.of());
    trainer.start(() -> false);
    try (SafetensorsFile checkpoint = SafetensorsFile.open(Trainer.checkpointFile(folder))) {
      assertEquals(Integer.toString(STEPS), checkpoint.metadata().get("step"));
      for (String name : List.of("weight", "bias")) {
        assertSameBits(whole.weights().get(name), checkpoint.readFloats("model." + name));
        assertSameBits(trainer.averagedWeights().get(name), checkpoint.readFloats("ema." + name));
      }
    }
    assertEquals(LongStream.rangeClosed(1, STEPS).boxed().toList(), loggedSteps());
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(List.of(Trainer.checkpointFile(folder), log(folder)), files.sorted().toList());
    }
  }

  private Process launch() throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx512m",
            "-cp",
            System.getProperty("java.class.path"),
            Child.class.getName(),
            folder.toString())
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  /** Until a checkpoint is newer than at the call, or the child has done all steps. */
  private void awaitProgress(Process child) throws IOException, InterruptedException {
    Path file = Trainer.checkpointFile(folder);
    long before = Files.exists(file) ? Files.getLastModifiedTime(file).toMillis() : 0;
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (child.isAlive()
        && (!Files.exists(file) || Files.getLastModifiedTime(file).toMillis() == before)) {
      assertFalse(System.nanoTime() > deadline, "no progress");
      Thread.sleep(5);
    }
  }

  private List<Long> loggedSteps() throws IOException {
    ObjectMapper json = new ObjectMapper();
    List<Long> steps = new ArrayList<>();
    for (String line : Files.readAllLines(log(folder))) {
      steps.add(json.readTree(line).get("step").longValue());
    }
    return steps;
  }

  private static void assertSameBits(INDArray expected, float[] actual) {
    float[] values = expected.ravel().toFloatVector();
    assertEquals(values.length, actual.length);
    for (int i = 0; i < values.length; i++) {
      assertEquals(Float.floatToRawIntBits(values[i]), Float.floatToRawIntBits(actual[i]));
    }
  }
}

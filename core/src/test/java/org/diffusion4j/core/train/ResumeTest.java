package org.diffusion4j.core.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.diffusion4j.core.InvalidFileException;
import org.diffusion4j.core.execution.Execution;
import org.diffusion4j.core.execution.Precision;
import org.diffusion4j.core.train.TrainingResult.Outcome;
import org.diffusion4j.core.weights.SafetensorsFile;
import org.diffusion4j.core.weights.Weights;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ResumeTest {
  private static final TrainingConfig CONFIG =
      TrainingConfig.of(23, LeastSquares.BATCH, 0.05, 7)
          .withCheckpointEvery(5)
          .withLearningRate(LearningRateSchedule.cosine(0.05, 3, 0.001));

  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void nameTheFile() {
    file = Trainer.checkpointFile(folder);
  }

  private Trainer trainer(TrainingConfig config, LeastSquares model, TrainingListener... all) {
    return new Trainer(config, model.task(), folder, List.of(all));
  }

  /** Asked before each step; true before step {@code steps + 1} of this run. */
  private static BooleanSupplier after(int steps) {
    int[] asked = {0};
    return () -> asked[0]++ == steps;
  }

  private static void assertSameBits(Weights expected, Weights actual) {
    expected
        .arrays()
        .forEach(
            (name, array) ->
                assertArrayEquals(
                    bits(array.ravel().toFloatVector()),
                    bits(actual.get(name).ravel().toFloatVector()),
                    name));
  }

  private static int[] bits(float[] values) {
    int[] bits = new int[values.length];
    for (int i = 0; i < values.length; i++) {
      bits[i] = Float.floatToRawIntBits(values[i]);
    }
    return bits;
  }

  static List<Optimizer.Config> optimizers() {
    return List.of(
        AdamW.Config.TORCH, new Adam.Config(0.9, 0.999, 1e-8, 0.1), new Sgd.Config(0.9, 0.1));
  }

  @ParameterizedTest
  @MethodSource("optimizers")
  void anInterruptedTrainingEndsWithTheSameBits(Optimizer.Config optimizer) {
    TrainingConfig config = CONFIG.withOptimizer(optimizer);
    LeastSquares whole = new LeastSquares(7);
    Trainer uninterrupted = new Trainer(config, whole.task(), List.of());
    uninterrupted.start(() -> false);

    TrainingResult cancelled = trainer(config, new LeastSquares(7)).start(after(8));
    assertEquals(new TrainingResult(Outcome.CANCELLED, 8, cancelled.loss()), cancelled);
    trainer(config, new LeastSquares(11)).resume(after(4));
    LeastSquares parts = new LeastSquares(13);
    Trainer last = trainer(config, parts);
    assertEquals(Outcome.COMPLETED, last.resume(() -> false).outcome());

    assertSameBits(whole.weights(), parts.weights());
    assertSameBits(uninterrupted.averagedWeights(), last.averagedWeights());
  }

  @Test
  void aTrainingThatFailsGoesOnFromItsLastCheckpoint() {
    LeastSquares whole = new LeastSquares(7);
    new Trainer(CONFIG, whole.task(), List.of()).start(() -> false);

    LeastSquares failing = new LeastSquares(7);
    Objective objective =
        (step, generator) -> {
          if (step == 14) {
            throw new IllegalStateException("broken image");
          }
          return failing.inputs(step, generator);
        };
    TrainingTask task = TrainingTask.of(failing, "loss", failing.weights(), objective);
    Trainer first = new Trainer(CONFIG, task, folder, List.of());
    assertThrows(IllegalStateException.class, () -> first.start(() -> false));

    LeastSquares model = new LeastSquares(11);
    List<Long> steps = new ArrayList<>();
    TrainingListener recorder =
        new TrainingListener() {
          @Override
          public void stepped(TrainingStep step) {
            steps.add(step.step());
          }
        };
    trainer(CONFIG, model, recorder).resume(() -> false);
    assertEquals(11, steps.get(0));
    assertSameBits(whole.weights(), model.weights());
  }

  @Test
  void anInterruptOfTheThreadWritesACheckpointAndStaysSet() {
    LeastSquares model = new LeastSquares(7);
    TrainingListener interrupter =
        new TrainingListener() {
          @Override
          public void stepped(TrainingStep step) {
            if (step.step() == 7) {
              Thread.currentThread().interrupt();
            }
          }
        };
    TrainingResult result = trainer(CONFIG, model, interrupter).start(() -> false);
    assertTrue(Thread.interrupted());
    assertEquals(Outcome.CANCELLED, result.outcome());
    assertEquals("7", metadata().get("step"));
  }

  @Test
  void anInterruptRightBeforeARegularCheckpointLosesNothing() {
    LeastSquares model = new LeastSquares(7);
    TrainingListener interrupter =
        new TrainingListener() {
          @Override
          public void stepped(TrainingStep step) {
            if (step.step() == 10) {
              Thread.currentThread().interrupt();
            }
          }
        };
    TrainingResult result = trainer(CONFIG, model, interrupter).start(() -> false);
    assertTrue(Thread.interrupted());
    assertEquals(10, result.step());
    assertEquals("10", metadata().get("step"));
  }

  private Map<String, String> metadata() {
    try (SafetensorsFile checkpoint = SafetensorsFile.open(file)) {
      return checkpoint.metadata();
    }
  }

  @Test
  void checkpointsComeWhenTheyAreDueAndAtTheEnd() {
    List<Long> saved = new ArrayList<>();
    TrainingListener recorder =
        new TrainingListener() {
          @Override
          public void checkpointed(long step, Path path) {
            assertEquals(file, path);
            assertEquals(Long.toString(step), metadata().get("step"));
            saved.add(step);
          }
        };
    trainer(CONFIG, new LeastSquares(7), recorder).start(() -> false);
    assertEquals(List.of(5L, 10L, 15L, 20L, 23L), saved);
  }

  @Test
  void aCheckpointHoldsTheWholeState() {
    trainer(CONFIG, new LeastSquares(7)).start(after(5));
    try (SafetensorsFile checkpoint = SafetensorsFile.open(file)) {
      assertEquals(
          Set.of(
              "model.weight",
              "model.bias",
              "optimizer.m.weight",
              "optimizer.m.bias",
              "optimizer.v.weight",
              "optimizer.v.bias",
              "ema.weight",
              "ema.bias"),
          checkpoint.names());
      assertEquals(List.of(5L, 2L), checkpoint.info("ema.weight").shape());
    }
  }

  @Test
  void elapsedTimeGoesOn() {
    trainer(CONFIG, new LeastSquares(7)).start(after(5));
    double before = Double.parseDouble(metadata().get("elapsed_seconds"));
    List<Double> elapsed = new ArrayList<>();
    TrainingListener recorder =
        new TrainingListener() {
          @Override
          public void stepped(TrainingStep step) {
            elapsed.add(step.elapsedSeconds());
          }
        };
    trainer(CONFIG, new LeastSquares(7), recorder).resume(after(1));
    assertTrue(before > 0 && elapsed.get(0) > before, elapsed + " after " + before);
  }

  @Test
  void resumingAFinishedTrainingDoesNothing() {
    trainer(CONFIG, new LeastSquares(7)).start(() -> false);
    TrainingResult result = trainer(CONFIG, new LeastSquares(7)).resume(() -> false);
    assertEquals(new TrainingResult(Outcome.COMPLETED, 23, Double.NaN), result);
  }

  @Test
  void resumingWithoutACheckpointBegins() {
    LeastSquares whole = new LeastSquares(7);
    new Trainer(CONFIG, whole.task(), List.of()).start(() -> false);
    LeastSquares model = new LeastSquares(7);
    trainer(CONFIG, model).resume(() -> false);
    assertSameBits(whole.weights(), model.weights());
  }

  @Test
  void startingOverACheckpointIsRefused() {
    trainer(CONFIG, new LeastSquares(7)).start(after(5));
    Trainer again = trainer(CONFIG, new LeastSquares(7));
    var error = assertThrows(IllegalStateException.class, () -> again.start(() -> false));
    assertEquals(
        file + " is there already: resume it, or train in another folder", error.getMessage());
  }

  @Test
  void anotherConfigIsRefusedWithTheFieldAndBothValues() {
    trainer(CONFIG, new LeastSquares(7)).start(after(5));
    LeastSquares model = new LeastSquares(11);
    Weights before = model.weights().copy();
    TrainingConfig changed = CONFIG.withLearningRate(LearningRateSchedule.cosine(0.07, 3, 0.001));
    var error =
        assertThrows(
            IllegalArgumentException.class, () -> trainer(changed, model).resume(() -> false));
    assertEquals(
        "learningRate.peak (=0.07) must be 0.05, as when the training in " + file + " began",
        error.getMessage());
    assertSameBits(before, model.weights());
  }

  @Test
  void anotherOptimizerOfTheSameNumbersIsRefused() {
    trainer(CONFIG, new LeastSquares(7)).start(after(5));
    TrainingConfig changed = CONFIG.withOptimizer(new Adam.Config(0.9, 0.999, 1e-8, 0.01));
    var error =
        assertThrows(
            IllegalArgumentException.class,
            () -> trainer(changed, new LeastSquares(7)).resume(() -> false));
    assertTrue(
        error.getMessage().startsWith("optimizer.method (=Adam) must be AdamW, "),
        error.getMessage());
  }

  @Test
  void anotherDescriptionIsRefused() {
    LeastSquares model = new LeastSquares(7);
    TrainingTask digits = model.task().withDescription(Map.of("data", "digits"));
    new Trainer(CONFIG, digits, folder, List.of()).start(after(5));
    TrainingTask letters = model.task().withDescription(Map.of("data", "letters"));
    Trainer other = new Trainer(CONFIG, letters, folder, List.of());
    var error = assertThrows(IllegalArgumentException.class, () -> other.resume(() -> false));
    assertTrue(
        error.getMessage().startsWith("description.data (=letters) must be digits, "),
        error.getMessage());
    Trainer none = trainer(CONFIG, model);
    assertThrows(IllegalArgumentException.class, () -> none.resume(() -> false));
  }

  @Test
  void harmlessChangesOfTheConfigAreAllowed() {
    TrainingConfig constant = TrainingConfig.of(5, LeastSquares.BATCH, 0.05, 7);
    trainer(constant, new LeastSquares(7)).start(() -> false);
    TrainingConfig longer =
        TrainingConfig.of(11, LeastSquares.BATCH, 0.05, 7).withCheckpointEvery(2);
    assertEquals(11, trainer(longer, new LeastSquares(7)).resume(() -> false).step());
  }

  @Test
  void fewerStepsOfACosineAreAnotherTraining() {
    trainer(CONFIG, new LeastSquares(7)).start(after(5));
    TrainingConfig longer =
        TrainingConfig.of(29, LeastSquares.BATCH, 0.05, 7).withLearningRate(CONFIG.learningRate());
    var error =
        assertThrows(
            IllegalArgumentException.class,
            () -> trainer(longer, new LeastSquares(7)).resume(() -> false));
    assertTrue(error.getMessage().startsWith("steps (=29) must be 23, "), error.getMessage());
  }

  @Test
  void otherTrainedParametersAreRefused() {
    LeastSquares model = new LeastSquares(7);
    new Trainer(CONFIG, bias(model), folder, List.of()).start(after(5));
    var lacking =
        assertThrows(
            IllegalArgumentException.class, () -> trainer(CONFIG, model).resume(() -> false));
    assertEquals(file + " lacks model.weight of this training", lacking.getMessage());
  }

  @Test
  void frozenParametersAreNotWrittenButMustBeTheSame() {
    LeastSquares whole = new LeastSquares(7);
    new Trainer(CONFIG, bias(whole), List.of()).start(() -> false);
    new Trainer(CONFIG, bias(new LeastSquares(7)), folder, List.of()).start(after(8));
    try (SafetensorsFile tensors = SafetensorsFile.open(file)) {
      assertEquals(
          Set.of("model.bias", "ema.bias", "optimizer.m.bias", "optimizer.v.bias"),
          tensors.names());
    }

    LeastSquares other = new LeastSquares(7);
    other.weights().get("weight").putScalar(4, 1, 0.25);
    var error =
        assertThrows(
            IllegalArgumentException.class,
            () -> new Trainer(CONFIG, bias(other), folder, List.of()).resume(() -> false));
    assertTrue(
        error.getMessage().startsWith("crc32c of the parameters that are not trained (="),
        error.getMessage());

    LeastSquares same = new LeastSquares(7);
    same.weights().get("bias").assign(0);
    new Trainer(CONFIG, bias(same), folder, List.of()).resume(() -> false);
    assertSameBits(whole.weights(), same.weights());
  }

  private static TrainingTask bias(LeastSquares model) {
    return model.task().withTrained(Set.of("bias"));
  }

  @Test
  void everyFlippedByteIsNoticedAndNothingIsChanged() throws IOException {
    trainer(CONFIG, new LeastSquares(7)).start(after(5));
    byte[] good = Files.readAllBytes(file);
    LeastSquares model = new LeastSquares(11);
    Weights before = model.weights().copy();
    // Weights, m, v and the average of 12 values each, 4 bytes a value, are the end of the file.
    for (int i = 1; i <= 4 * 4 * 12; i += 7) {
      byte[] bad = good.clone();
      bad[bad.length - i] ^= 0x10;
      Files.write(file, bad);
      var error =
          assertThrows(
              InvalidFileException.class, () -> trainer(CONFIG, model).resume(() -> false));
      assertTrue(error.getMessage().startsWith(file + ": crc32c (="), error.getMessage());
    }
    assertSameBits(before, model.weights());
  }

  @Test
  void aCutOffCheckpointIsRefusedByName() throws IOException {
    trainer(CONFIG, new LeastSquares(7)).start(after(5));
    byte[] good = Files.readAllBytes(file);
    for (int length : new int[] {0, 5, 100, good.length - 1}) {
      Files.write(file, java.util.Arrays.copyOf(good, length));
      var error =
          assertThrows(
              InvalidFileException.class,
              () -> trainer(CONFIG, new LeastSquares(7)).resume(() -> false));
      assertTrue(error.getMessage().startsWith(file + ": "), error.getMessage());
    }
  }

  @Test
  void whatAKilledProcessLeftHalfWrittenIsRemoved() throws IOException {
    trainer(CONFIG, new LeastSquares(7)).start(after(5));
    Files.write(folder.resolve(".diffusion4j-0123456789abcdef.tmp"), new byte[11]);
    Files.writeString(folder.resolve(".lock"), "process 1 on host dead");
    Path other = Files.write(folder.resolve("other.tmp"), new byte[7]);
    assertEquals(23, trainer(CONFIG, new LeastSquares(7)).resume(() -> false).step());
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(Set.of(file, other, folder.resolve(".lock")), Set.copyOf(files.toList()));
    }
  }

  @Test
  void theFolderIsMadeIfItIsMissing() {
    Path missing = folder.resolve("runs").resolve("first");
    new Trainer(CONFIG, new LeastSquares(7).task(), missing, List.of()).start(() -> false);
    assertTrue(Files.isRegularFile(Trainer.checkpointFile(missing)));
  }

  @Test
  void aSecondTrainingInTheFolderIsToldWhoHasIt() {
    List<String> refusals = new ArrayList<>();
    TrainingListener second =
        new TrainingListener() {
          @Override
          public void stepped(TrainingStep step) {
            if (step.step() == 7) {
              Trainer other = trainer(CONFIG, new LeastSquares(7));
              FutureTask<TrainingResult> training =
                  new FutureTask<>(() -> other.resume(() -> false));
              new Thread(training).start();
              var error = assertThrows(ExecutionException.class, training::get);
              refusals.add(error.getCause().getMessage());
            }
          }
        };
    LeastSquares whole = new LeastSquares(7);
    new Trainer(CONFIG, whole.task(), List.of()).start(() -> false);
    LeastSquares model = new LeastSquares(7);
    trainer(CONFIG, model, second).start(() -> false);
    assertEquals(
        List.of(
            folder
                + " is in use by thread "
                + Thread.currentThread().getName()
                + " of this process: wait for its end, or take another folder"),
        refusals);
    assertSameBits(whole.weights(), model.weights());
  }

  @Test
  void aCheckpointThatCannotBeSeenIsNotOverwritten() throws IOException {
    Files.createSymbolicLink(file, file);
    List<Long> steps = new ArrayList<>();
    TrainingListener recorder =
        new TrainingListener() {
          @Override
          public void stepped(TrainingStep step) {
            steps.add(step.step());
          }
        };
    for (boolean resumed : new boolean[] {false, true}) {
      Trainer trainer = trainer(CONFIG, new LeastSquares(7), recorder);
      var error =
          assertThrows(
              UncheckedIOException.class,
              () -> {
                if (resumed) {
                  trainer.resume(() -> false);
                } else {
                  trainer.start(() -> false);
                }
              });
      assertEquals(
          "cannot look at "
              + file
              + ": Too many levels of symbolic links"
              + " or unable to access attributes of symbolic link",
          error.getMessage());
    }
    assertEquals(List.of(), steps);
    Files.delete(file);
    Files.createDirectory(file);
    Trainer trainer = trainer(CONFIG, new LeastSquares(7));
    var error = assertThrows(UncheckedIOException.class, () -> trainer.resume(() -> false));
    assertEquals("cannot look at " + file + ": it is a folder", error.getMessage());
  }

  @Test
  void goingOnWithAnotherExecutionIsWarnedOf() {
    trainer(CONFIG, new LeastSquares(7)).start(after(5));
    assertEquals("", saidBy(() -> trainer(CONFIG, new LeastSquares(7)).resume(after(1))));
    Execution other = new Execution("java", Precision.F32, 3);
    String said = saidBy(() -> trainer(CONFIG, new LeastSquares(7, other)).resume(after(1)));
    assertTrue(
        said.contains(
            "The training in "
                + folder
                + " ran with java in F32 on 1 threads and goes on with java in F32 on 3 threads:"
                + " its bits will differ from those of one that was not interrupted."),
        said);
    assertEquals(1, said.lines().count(), said);
  }

  /** What the log says meanwhile. */
  private static String saidBy(Runnable action) {
    PrintStream before = System.err;
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
    try {
      action.run();
    } finally {
      System.setErr(before);
    }
    return said.toString(StandardCharsets.UTF_8);
  }
}

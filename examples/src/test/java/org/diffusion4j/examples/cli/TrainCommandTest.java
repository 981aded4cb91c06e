package org.diffusion4j.examples.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.diffusion4j.core.files.FolderLock;
import org.diffusion4j.diffusion.pipeline.ModelFolder;
import org.diffusion4j.diffusion.pipeline.ModelFolder.Part;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainCommandTest {
  private static final int TIMEOUT_SECONDS = 60;

  @TempDir static Path data;
  @TempDir Path model;

  @BeforeAll
  static void cutData() throws IOException {
    IdxFolder.write(data);
  }

  private Run train(String part, Object steps, String... more) {
    Object[] arguments = new Object[11 + more.length];
    Object[] common = {
      "train",
      part,
      "--data",
      data,
      "--model",
      model,
      "--steps",
      steps,
      "--batch-size",
      2,
      "--seed=5"
    };
    System.arraycopy(common, 0, arguments, 0, common.length);
    System.arraycopy(more, 0, arguments, common.length, more.length);
    return Run.of(arguments);
  }

  private static void assertFails(int exitCode, String sentence, Run run) {
    assertEquals(exitCode, run.exitCode(), run.err());
    assertEquals("", run.out());
    assertEquals(1, run.err().lines().count(), run.err());
    assertTrue(run.err().contains(sentence), run.err());
  }

  @Test
  void anAutoencoderIsTrainedOnceAndNotOverwritten() throws IOException {
    Run run = train("vae", 2, "--beta=0.5");
    assertEquals(0, run.exitCode(), run.err());
    assertTrue(run.err().contains("loss "), run.err());
    assertTrue(run.err().contains(" images/s"), run.err());
    ModelFolder folder = new ModelFolder(model);
    assertTrue(folder.has(Part.VAE));
    assertTrue(folder.vaeConfig().scalingFactor() != 1);
    assertEquals(2, Files.readAllLines(model.resolve("vae/training/log.jsonl")).size());

    assertFails(1, "vae is there already: train in another folder", train("vae", 2));
  }

  @Test
  void clipIsTrained() {
    Run run = train("clip", 2);
    assertEquals(0, run.exitCode(), run.err());
    assertTrue(new ModelFolder(model).has(Part.CLIP));
  }

  @ParameterizedTest
  @CsvSource({"vae, vae/training", "clip, text_encoder/training", "diffusion, unet/training"})
  void aPartThatIsBeingTrainedIsRefused(String part, String used) throws IOException {
    FolderLock.holding(
        model.resolve(used),
        () -> {
          Run run = CompletableFuture.supplyAsync(() -> train(part, 2)).join();
          String sentence =
              "diffusion4j: "
                  + model.resolve(used)
                  + " is in use by thread "
                  + Thread.currentThread().getName()
                  + " of this process: wait for its end, or take another folder";
          assertFails(1, sentence, run);
          return null;
        });
  }

  @Test
  void aClassifierThatIsBeingTrainedIsRefused() throws IOException {
    FolderLock.holding(
        model,
        () -> {
          Run run =
              CompletableFuture.supplyAsync(
                      () -> Run.of("train", "classifier", "--data", data, "--model", model))
                  .join();
          assertFails(1, model + " is in use by thread ", run);
          return null;
        });
  }

  @Test
  void anInterruptedTrainingLeavesACheckpointToGoOnFrom()
      throws InterruptedException, ExecutionException, TimeoutException, IOException {
    long steps = 1_000_000;
    CompletableFuture<Run> result = new CompletableFuture<>();
    Thread training = new Thread(() -> result.complete(train("vae", steps)));
    training.start();
    Path log = model.resolve("vae/training/log.jsonl");
    while (!result.isDone() && !(Files.exists(log) && Files.size(log) > 0)) {
      TimeUnit.MILLISECONDS.sleep(20);
    }
    training.interrupt();
    Run run = result.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    assertEquals(130, run.exitCode(), run.err());
    assertTrue(run.err().contains("with --resume goes on from there"), run.err());
    assertFalse(new ModelFolder(model).has(Part.VAE));

    assertFails(1, "checkpoint.safetensors is there already: resume it", train("vae", steps));
    assertFails(1, "checkpoint.safetensors", train("vae", 2, "--resume"));
  }

  @Test
  void anotherCallResumesFromACheckpoint() throws IOException {
    Run first = train("clip", 3, "--checkpoint-every=1");
    assertEquals(0, first.exitCode(), first.err());
    Files.delete(model.resolve("text_encoder/model.safetensors"));
    Run second = train("clip", 3, "--checkpoint-every=1", "--resume");
    assertEquals(0, second.exitCode(), second.err());
    assertTrue(new ModelFolder(model).has(Part.CLIP));
  }

  @Test
  void valuesOutOfRangeAreBadUsage() {
    assertFails(2, "--steps (=0) must be at least 1", train("vae", 0));
    assertFails(2, "--beta (=NaN) must not be negative", train("vae", 2, "--beta=NaN"));
    assertFails(
        2, "--learning-rate (=0.0) must be positive", train("clip", 2, "--learning-rate=0"));
    assertFails(2, "'--steps'", train("vae", "many"));
    assertFails(2, "--model", Run.of("train", "vae"));
    assertFails(2, "subcommand", Run.of("train"));
  }

  @Test
  void badDataFoldersAreNamed(@TempDir Path cut) throws IOException {
    Path missing = cut.resolve("missing");
    assertFails(
        1,
        missing + ": there is no such folder",
        Run.of("train", "vae", "--data", missing, "--model", model));
    IdxFolder.write(cut);
    IdxFolder.truncate(cut);
    assertFails(
        1,
        cut.resolve("train-images-idx3-ubyte") + ": ",
        Run.of("train", "vae", "--data", cut, "--model", model));
  }

  @Test
  void aFileInTheWayOfTheModelFolderIsNamed() throws IOException {
    Path file = Files.createFile(model.resolve("file"));
    assertFails(1, file.toString(), Run.of("train", "vae", "--data", data, "--model", file));
  }
}

package org.diffusion4j.examples.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.diffusion4j.core.data.ImageDataSet;
import org.diffusion4j.core.execution.Execution;
import org.diffusion4j.core.execution.GraphExecutor;
import org.diffusion4j.core.execution.Precision;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.weights.Weights;
import org.diffusion4j.diffusion.train.TrainingRun;
import org.diffusion4j.examples.data.FashionMnist;
import org.diffusion4j.examples.model.FashionModels;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Trainings on oneDNN that stop between two checkpoints and go on. */
class ResumedTrainingTest {
  private static final int STEPS = 7;
  private static final int STOPPED_BEFORE = 5;
  private static final int CHECKPOINT_EVERY = 3;

  @TempDir Path folder;

  private interface Training {
    boolean run(TrainingSettings settings) throws IOException;
  }

  @Test
  void trainingsRunOnOneDnnByDefault() {
    Graph graph = new Graph();
    assertEquals(
        Execution.auto(), new TrainingRun(null, false, List.of(), () -> false).execution());
    try (GraphExecutor executor = Execution.auto().open(graph, new Weights(List.of(), Map.of()))) {
      assertEquals("onednn", executor.execution().executor());
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Precision.class,
      names = {"F32", "BF16"})
  void theyEndWithTheSameBits(Precision precision) throws IOException {
    ImageDataSet images =
        FashionMnist.embedded().train().slice(0, 13).padded(FashionModels.IMAGE_SIZE);
    Path whole = folder.resolve("whole");
    Path parts = folder.resolve("parts");
    Execution execution = new Execution("onednn", precision, 1);
    assertSameBits(
        whole, parts, execution, "vae", settings -> VaeTraining.run(settings, images, 0.005));
    assertSameBits(
        whole, parts, execution, "text_encoder", settings -> ClipTraining.run(settings, images));
    assertSameBits(
        whole,
        parts,
        execution,
        "unet",
        settings -> DiffusionTraining.run(settings, images, (done, total) -> {}));
  }

  private static void assertSameBits(
      Path whole, Path parts, Execution execution, String part, Training training)
      throws IOException {
    assertTrue(training.run(settings(whole, execution, false, () -> false)));
    int[] asked = {0};
    assertFalse(
        training.run(settings(parts, execution, false, () -> ++asked[0] == STOPPED_BEFORE)));
    assertTrue(training.run(settings(parts, execution, true, () -> false)));
    String file = part.equals("text_encoder") ? "model" : "diffusion_pytorch_model";
    Path name = Path.of(part, file + ".safetensors");
    assertArrayEquals(
        Files.readAllBytes(whole.resolve(name)), Files.readAllBytes(parts.resolve(name)), part);
  }

  private static TrainingSettings settings(
      Path model, Execution execution, boolean resume, BooleanSupplier cancelled) {
    return new TrainingSettings(
        model, STEPS, 3, 0.001, 5, CHECKPOINT_EVERY, resume, List.of(), cancelled, execution);
  }
}

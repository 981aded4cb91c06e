package org.diffusion4j.diffusion.pipeline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.diffusion4j.core.execution.Execution;
import org.diffusion4j.core.execution.Precision;
import org.diffusion4j.diffusion.verify.PipelineVerifier;
import org.junit.jupiter.api.Test;

/** Pipelines that differ in how they run, in one process. */
class PipelineExecutionTest {
  /** Each is new to the pipelines, so that graphs are compiled while the others are open. */
  private static final List<Task> SIZES =
      List.of(
          new Task.TextToImage(OptionalInt.empty(), OptionalInt.empty()),
          new Task.TextToImage(OptionalInt.of(12), OptionalInt.of(20)),
          new Task.TextToImage(OptionalInt.of(28), OptionalInt.of(16)));

  private static final List<Execution> EXECUTIONS =
      List.of(
          new Execution("onednn", Precision.F32, 1),
          new Execution("onednn", Precision.BF16, 2),
          new Execution("onednn", Precision.F32, 2),
          new Execution("onednn", Precision.BF16, 1),
          new Execution("samediff", Precision.F32, 1));

  @Test
  void eachMakesTheImagesThatItMakesAlone() throws IOException {
    Map<Execution, float[][]> alone = new HashMap<>();
    for (Execution execution : EXECUTIONS) {
      try (StableDiffusionPipeline pipeline = open(execution)) {
        float[][] images = new float[SIZES.size()][];
        Arrays.setAll(images, i -> generate(pipeline, SIZES.get(i)));
        alone.put(execution, images);
      }
    }
    assertFalse(
        Arrays.equals(alone.get(EXECUTIONS.get(0))[0], alone.get(EXECUTIONS.get(1))[0]),
        "bfloat16 makes another image");

    Map<Execution, StableDiffusionPipeline> together = new HashMap<>();
    try {
      for (Execution execution : EXECUTIONS) {
        together.put(execution, open(execution));
      }
      for (int i = 0; i < SIZES.size(); i++) {
        for (Execution execution : EXECUTIONS) {
          assertArrayEquals(
              alone.get(execution)[i],
              generate(together.get(execution), SIZES.get(i)),
              execution.toString());
        }
      }
    } finally {
      together.values().forEach(StableDiffusionPipeline::close);
    }
  }

  private static StableDiffusionPipeline open(Execution execution) throws IOException {
    return StableDiffusionPipeline.open(
        new ModelFolder(PipelineVerifier.plain().shipped()), execution);
  }

  private static float[] generate(StableDiffusionPipeline pipeline, Task task) {
    GenerationRequest request = GenerationRequest.of("a cat").withSteps(3).withTask(task);
    return pipeline
        .generate(request, step -> {}, () -> false)
        .get(0)
        .image()
        .dup('c')
        .data()
        .asFloat();
  }
}

package org.diffusion4j.examples.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.diffusion4j.diffusion.pipeline.ModelFolder;
import org.diffusion4j.diffusion.pipeline.TextToImagePipeline;
import org.diffusion4j.diffusion.pipeline.TextToImageRequest;
import org.diffusion4j.diffusion.sample.SchedulerType;
import org.diffusion4j.examples.data.FashionMnist;
import org.diffusion4j.examples.model.FashionModels;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;

/** All three models trained for two steps, and what they then make of sentences. */
class TextToImageTest {
  @TempDir private static Path folder;
  private static TextToImagePipeline pipeline;

  @BeforeAll
  static void train() throws IOException {
    FashionMnist all = FashionMnist.embedded();
    FashionMnist few = new FashionMnist(all.train().slice(0, 13), all.heldOut().slice(0, 7));
    TrainingSettings settings =
        new TrainingSettings(few, folder, 2, 3, 0.001, 5, 10, false, List.of(), () -> false);
    assertTrue(VaeTraining.run(settings, 0.005));
    assertTrue(ClipTraining.run(settings));
    assertTrue(DiffusionTraining.run(settings));
    pipeline = TextToImagePipeline.open(new ModelFolder(folder), FashionModels.IMAGE_SIZE, 2);
  }

  @AfterAll
  static void close() {
    pipeline.close();
  }

  @Test
  void anImageOfABatchEqualsTheSameImageMadeAlone() {
    TextToImageRequest.Builder request = TextToImageRequest.builder("a photo of a bag").steps(3);
    List<float[]> batch = generate(request.count(3).seed(11).build());
    assertArrayEquals(batch.get(2), generate(request.count(1).seed(13).build()).get(0));
    assertFalse(Arrays.equals(batch.get(0), batch.get(2)));
  }

  @Test
  void thePromptMakesADifference() {
    TextToImageRequest.Builder request = TextToImageRequest.builder("a photo of a bag").steps(2);
    float[] bag = generate(request.build()).get(0);
    assertFalse(Arrays.equals(bag, generate(request.prompt("").build()).get(0)));
  }

  @Test
  void ddpmAddsNoiseInEveryStepButTheLast() {
    TextToImageRequest.Builder request = TextToImageRequest.builder("a dress").steps(1);
    assertArrayEquals(
        generate(request.build()).get(0),
        generate(request.sampler(Optional.of(SchedulerType.DDPM)).build()).get(0),
        1e-4f);
    request.steps(2);
    float[] noisy = generate(request.build()).get(0);
    assertFalse(
        Arrays.equals(
            noisy, generate(request.sampler(Optional.of(SchedulerType.DDIM)).build()).get(0)));
  }

  @Test
  void aFailureEndsAllWorkers() {
    TextToImageRequest request = TextToImageRequest.builder("a bag").steps(1000).count(3).build();
    IllegalStateException failure = new IllegalStateException("listener");
    assertSame(
        failure,
        assertThrows(
            IllegalStateException.class,
            () ->
                pipeline.generate(
                    request,
                    (image, step, latents) -> {
                      if (image == 1) {
                        throw failure;
                      }
                    },
                    () -> false)));
  }

  @Test
  void latentsBetweenTwoStepsCanBeSeen() {
    TextToImageRequest request = TextToImageRequest.builder("a bag").steps(2).count(2).build();
    List<float[]> last = new ArrayList<>();
    List<INDArray> images =
        pipeline.generate(
            request,
            (image, step, latents) -> {
              float[] preview = values(pipeline.decode(latents));
              if (step == 2 && image == 0) {
                last.add(preview);
              }
            },
            () -> false);
    assertArrayEquals(values(images.get(0)), last.get(0));
  }

  @Test
  void everyStepIsHeardOfAndCanBeCancelled() {
    TextToImageRequest request = TextToImageRequest.builder("a coat").steps(5).build();
    int[] heard = {0};
    CancellationException e =
        assertThrows(
            CancellationException.class,
            () ->
                pipeline.generate(
                    request,
                    (image, step, latents) -> {
                      assertEquals(++heard[0], step);
                      assertArrayEquals(new long[] {1, 4, 8, 8}, latents.shape());
                    },
                    () -> heard[0] == 3));
    assertEquals("cancelled after 3 steps of image 0", e.getMessage());
  }

  private static List<float[]> generate(TextToImageRequest request) {
    return pipeline.generate(request, (image, step, latents) -> {}, () -> false).stream()
        .map(TextToImageTest::values)
        .toList();
  }

  private static float[] values(INDArray image) {
    assertArrayEquals(new long[] {1, 1, 32, 32}, image.shape());
    return image.dup('c').data().asFloat();
  }
}

package org.diffusion4j.examples.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.diffusion4j.clip.token.ClipTokenizer;
import org.diffusion4j.diffusion.pipeline.ModelFolder;
import org.diffusion4j.diffusion.pipeline.TextToImagePipeline;
import org.diffusion4j.diffusion.pipeline.TextToImageRequest;
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
    pipeline =
        TextToImagePipeline.open(
            new ModelFolder(folder), ClipTokenizer.standard(), FashionModels.IMAGE_SIZE);
  }

  @AfterAll
  static void close() {
    pipeline.close();
  }

  @Test
  void anImageOfABatchEqualsTheSameImageMadeAlone() {
    TextToImageRequest request = TextToImageRequest.of("a photo of a bag").withSteps(3);
    List<float[]> batch = generate(request.withCount(3).withSeed(11));
    assertArrayEquals(batch.get(2), generate(request.withSeed(13)).get(0));
    assertFalse(Arrays.equals(batch.get(0), batch.get(2)));
  }

  @Test
  void thePromptMakesADifference() {
    TextToImageRequest request = TextToImageRequest.of("a photo of a bag").withSteps(2);
    assertFalse(
        Arrays.equals(
            generate(request).get(0), generate(TextToImageRequest.of("").withSteps(2)).get(0)));
  }

  @Test
  void everyStepIsHeardOfAndCanBeCancelled() {
    TextToImageRequest request = TextToImageRequest.of("a coat").withSteps(5);
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

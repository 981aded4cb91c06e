package org.diffusion4j.examples.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CancellationException;
import org.diffusion4j.core.data.ImageDataSet;
import org.diffusion4j.core.execution.Execution;
import org.diffusion4j.diffusion.pipeline.GeneratedImage;
import org.diffusion4j.diffusion.pipeline.GenerationRequest;
import org.diffusion4j.diffusion.pipeline.ModelFolder;
import org.diffusion4j.diffusion.pipeline.ModelFolder.Part;
import org.diffusion4j.diffusion.pipeline.ModelIndex;
import org.diffusion4j.diffusion.pipeline.StableDiffusionPipeline;
import org.diffusion4j.diffusion.sample.SchedulerType;
import org.diffusion4j.examples.data.FashionMnist;
import org.diffusion4j.examples.model.FashionModels;
import org.diffusion4j.vae.LatentCodec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;

/** All three models trained for two steps, and what they then make of sentences. */
class TextToImageTest {
  @TempDir private static Path folder;
  private static StableDiffusionPipeline pipeline;

  @BeforeAll
  static void train() throws IOException {
    ImageDataSet few =
        FashionMnist.embedded().train().slice(0, 13).padded(FashionModels.IMAGE_SIZE);
    TrainingSettings settings =
        new TrainingSettings(
            folder, 2, 3, 0.001, 5, 10, false, List.of(), () -> false, Execution.auto());
    assertTrue(VaeTraining.run(settings, few, 0.005));
    assertTrue(ClipTraining.run(settings, few));
    assertTrue(DiffusionTraining.run(settings, few, (done, total) -> {}));
    pipeline =
        StableDiffusionPipeline.open(
            new ModelFolder(folder), 2, LatentCodec.Options.DEFAULTS, Execution.auto());
  }

  @AfterAll
  static void close() {
    pipeline.close();
  }

  /** With all that diffusers asks for, and no part that is only half there. */
  @Test
  void theFolderIsAWholeModel() throws IOException {
    ModelFolder model = new ModelFolder(folder);
    assertEquals(Optional.of(ModelIndex.stableDiffusion(SchedulerType.DDIM)), model.index());
    assertEquals(OptionalInt.of(16), model.tokenizer(Part.CLIP).maxLength());
    assertTrue(Files.exists(folder.resolve("tokenizer/merges.txt")));
    for (Part part : List.of(Part.VAE, Part.UNET, Part.CLIP)) {
      assertTrue(model.has(part) && model.lists(part), part.folder());
    }
  }

  @Test
  void anImageOfABatchEqualsTheSameImageMadeAlone() {
    GenerationRequest request = GenerationRequest.of("a photo of a bag").withSteps(3);
    List<float[]> batch = generate(request.withCount(3).withSeed(11));
    assertArrayEquals(batch.get(2), generate(request.withSeed(13)).get(0));
    assertFalse(Arrays.equals(batch.get(0), batch.get(2)));
  }

  @Test
  void thePromptMakesADifference() {
    GenerationRequest request = GenerationRequest.of("a photo of a bag").withSteps(2);
    float[] bag = generate(request).get(0);
    assertFalse(Arrays.equals(bag, generate(request.withPrompt("")).get(0)));
  }

  @Test
  void ddpmAddsNoiseInEveryStepButTheLast() {
    GenerationRequest request = GenerationRequest.of("a dress").withSteps(1);
    assertArrayEquals(
        generate(request).get(0),
        generate(request.withScheduler(Optional.of(pipeline.scheduler(SchedulerType.DDPM)))).get(0),
        1e-4f);
    GenerationRequest longer = request.withSteps(2);
    float[] deterministic = generate(longer).get(0);
    assertFalse(
        Arrays.equals(
            deterministic,
            generate(longer.withScheduler(Optional.of(pipeline.scheduler(SchedulerType.DDPM))))
                .get(0)));
  }

  @Test
  void aFailureEndsAllWorkers() {
    GenerationRequest request = GenerationRequest.of("a bag").withSteps(1000).withCount(3);
    IllegalStateException failure = new IllegalStateException("listener");
    assertSame(
        failure,
        assertThrows(
            IllegalStateException.class,
            () ->
                pipeline.generate(
                    request,
                    step -> {
                      if (step.image() == 1) {
                        throw failure;
                      }
                    },
                    () -> false)));
  }

  @Test
  void latentsBetweenTwoStepsCanBeSeen() {
    GenerationRequest request = GenerationRequest.of("a bag").withSteps(2).withCount(2);
    List<float[]> last = new ArrayList<>();
    List<GeneratedImage> images =
        pipeline.generate(
            request,
            step -> {
              float[] preview = values(pipeline.decode(step.latents()));
              if (step.step() == 2 && step.image() == 0) {
                last.add(preview);
              }
            },
            () -> false);
    assertArrayEquals(values(images.get(0).image()), last.get(0));
  }

  @Test
  void everyStepIsHeardOfAndCanBeCancelled() {
    GenerationRequest request = GenerationRequest.of("a coat").withSteps(5);
    int[] heard = {0};
    CancellationException e =
        assertThrows(
            CancellationException.class,
            () ->
                pipeline.generate(
                    request,
                    step -> {
                      assertEquals(++heard[0], step.step());
                      assertArrayEquals(new long[] {1, 4, 8, 8}, step.latents().shape());
                    },
                    () -> heard[0] == 3));
    assertEquals("cancelled after 3 steps of image 0", e.getMessage());
  }

  private static List<float[]> generate(GenerationRequest request) {
    return pipeline.generate(request, step -> {}, () -> false).stream()
        .map(generated -> values(generated.image()))
        .toList();
  }

  private static float[] values(INDArray image) {
    assertArrayEquals(new long[] {1, 1, 32, 32}, image.shape());
    return image.dup('c').data().asFloat();
  }
}

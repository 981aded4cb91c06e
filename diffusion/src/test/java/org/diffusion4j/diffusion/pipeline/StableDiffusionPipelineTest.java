package org.diffusion4j.diffusion.pipeline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CancellationException;
import org.diffusion4j.core.execution.Execution;
import org.diffusion4j.core.random.Generator;
import org.diffusion4j.diffusion.denoise.ClassifierFreeGuidance;
import org.diffusion4j.diffusion.sample.SchedulerType;
import org.diffusion4j.diffusion.verify.PipelineVerifier;
import org.diffusion4j.vae.LatentCodec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The tiny models of the golden data: latents of [4,8,8], pixels of [3,32,32]. */
class StableDiffusionPipelineTest {
  private static final GenerationRequest REQUEST =
      GenerationRequest.of("a photo of a cat").withSteps(5);

  private static final INDArray IMAGE = new Generator(3).rand(1, 3, 24, 40).muli(2).subi(1);

  private static final Set<SchedulerType> TWO_STAGES =
      EnumSet.of(SchedulerType.HEUN, SchedulerType.KDPM2, SchedulerType.KDPM2_ANCESTRAL);

  private static StableDiffusionPipeline plain;
  private static StableDiffusionPipeline inpainting;

  @BeforeAll
  static void open() throws IOException {
    plain =
        StableDiffusionPipeline.open(
            new ModelFolder(PipelineVerifier.plain().shipped()),
            2,
            LatentCodec.Options.DEFAULTS,
            Execution.auto());
    inpainting =
        StableDiffusionPipeline.open(new ModelFolder(PipelineVerifier.inpainting().shipped()));
  }

  @AfterAll
  static void close() {
    plain.close();
    inpainting.close();
  }

  @Test
  void anImageOfABatchEqualsTheSameImageMadeAlone() {
    List<GeneratedImage> batch = generate(plain, REQUEST.withCount(3).withSeed(11));
    GeneratedImage alone = generate(plain, REQUEST.withSeed(13)).get(0);
    assertArrayEquals(values(alone.image()), values(batch.get(2).image()));
    assertFalse(Arrays.equals(values(alone.image()), values(batch.get(0).image())));
  }

  @Test
  void theModelSaysHowLargeImagesAre() {
    GeneratedImage image = generate(plain, REQUEST.withSteps(1)).get(0);
    assertArrayEquals(new long[] {1, 4, 8, 8}, image.latents().shape());
    assertArrayEquals(new long[] {1, 3, 32, 32}, image.image().shape());
    Task other = new Task.TextToImage(OptionalInt.of(12), OptionalInt.of(20));
    image = generate(plain, REQUEST.withSteps(1).withTask(other)).get(0);
    assertArrayEquals(new long[] {1, 3, 12, 20}, image.image().shape());
  }

  @Test
  void givenLatentsTakeThePlaceOfThoseOfTheSeeds() {
    INDArray latents =
        Nd4j.concat(0, new Generator(11).randn(1, 4, 8, 8), new Generator(12).randn(1, 4, 8, 8));
    GenerationRequest request = REQUEST.withCount(2).withSeed(11);
    List<GeneratedImage> drawn = generate(plain, request);
    List<GeneratedImage> given =
        generate(plain, request.withSeed(0).withLatents(Optional.of(latents)));
    assertArrayEquals(values(drawn.get(1).latents()), values(given.get(1).latents()));
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> generate(plain, REQUEST.withLatents(Optional.of(latents))));
    assertEquals("shape of latents (=[2, 4, 8, 8]) must be [1, 4, 8, 8]", e.getMessage());
  }

  @ParameterizedTest
  @EnumSource(
      mode = Mode.EXCLUDE,
      names = {
        "DDIM_INVERSE",
        "FLOW_MATCH_EULER",
        "FLOW_MATCH_HEUN",
        "EDM_EULER",
        "EDM_DPM_SOLVER_MULTISTEP"
      })
  void anySchedulerBeginsInTheMidstOfItsRun(SchedulerType type) {
    GenerationRequest request =
        REQUEST
            .withSteps(10)
            .withScheduler(Optional.of(plain.scheduler(type)))
            .withTask(new Task.ImageToImage(IMAGE, 0.25));
    List<Double> timesteps = new ArrayList<>();
    plain.generate(request, step -> timesteps.add(step.timestep()), () -> false);
    assertEquals(plain.steps(request), timesteps.size());
    // The last two of ten steps, of two calls each, but for the very last.
    assertEquals(TWO_STAGES.contains(type) ? 3 : 2, timesteps.size());
    assertTrue(timesteps.get(0) < 300, timesteps::toString);
  }

  @Test
  void theLessStrengthTheCloserToTheImage() {
    double[] distances = new double[3];
    double[] strengths = {0.2, 0.6, 1};
    for (int i = 0; i < strengths.length; i++) {
      Task task = new Task.ImageToImage(IMAGE, strengths[i]);
      INDArray image =
          generate(plain, REQUEST.withTask(task).withGuidance(new ClassifierFreeGuidance(1, 0)))
              .get(0)
              .latents();
      INDArray original =
          generate(plain, REQUEST.withSteps(100).withTask(new Task.ImageToImage(IMAGE, 0.01)))
              .get(0)
              .latents();
      distances[i] = image.distance2(original);
    }
    assertTrue(distances[0] < distances[1] && distances[1] < distances[2]);
  }

  @ParameterizedTest
  @CsvSource({"1", "0.6"})
  void inpaintingLeavesTheLatentsOfTheRest(double strength) {
    INDArray mask = Nd4j.zeros(1, 1, 24, 40);
    for (int y = 0; y < 24; y++) {
      for (int x = 20; x < 40; x++) {
        mask.putScalar(0, 0, y, x, 1);
      }
    }
    GenerationRequest request =
        REQUEST.withTask(new Task.Inpainting(IMAGE, mask, strength)).withSeed(5);
    INDArray inpainted = generate(plain, request).get(0).latents();
    // What it begins with is drawn first, so that it is the same with another mask.
    INDArray nothing =
        generate(
                plain,
                request.withTask(new Task.Inpainting(IMAGE, Nd4j.zeros(1, 1, 24, 40), strength)))
            .get(0)
            .latents();
    int changed = 0;
    for (int x = 0; x < 10; x++) {
      changed += inpainted.getDouble(0, 1, 3, x) == nothing.getDouble(0, 1, 3, x) ? 0 : 1;
    }
    assertEquals(5, changed);
    assertEquals(inpainted.getDouble(0, 2, 5, 4), nothing.getDouble(0, 2, 5, 4));
  }

  @Test
  void aModelForInpaintingSeesMaskAndMaskedImage() {
    INDArray mask = Nd4j.zeros(1, 1, 24, 40);
    mask.putScalar(0, 0, 4, 8, 0.5);
    List<INDArray> inputs = new ArrayList<>();
    inpainting.generate(
        REQUEST.withSteps(2).withTask(new Task.Inpainting(IMAGE, mask, 0.5)),
        step -> inputs.add(step.modelInput()),
        () -> false);
    assertEquals(1, inputs.size());
    assertArrayEquals(new long[] {1, 9, 6, 10}, inputs.get(0).shape());
    for (int y = 0; y < 6; y++) {
      for (int x = 0; x < 10; x++) {
        assertEquals(y == 1 && x == 2 ? 1 : 0, inputs.get(0).getDouble(0, 4, y, x));
      }
    }
  }

  @Test
  void longPromptsAndSkippedLayersMakeADifference() {
    float[] image = latents(REQUEST);
    assertFalse(Arrays.equals(image, latents(REQUEST.withPrompt("a photo of a dog"))));
    assertFalse(Arrays.equals(image, latents(REQUEST.withNegativePrompt("blurry"))));
    assertFalse(Arrays.equals(image, latents(REQUEST.withClipSkip(OptionalInt.of(1)))));
    String longPrompt = "a cat ".repeat(60);
    assertFalse(
        Arrays.equals(
            latents(REQUEST.withPrompt(longPrompt)),
            latents(REQUEST.withPrompt(longPrompt + " and a dog"))));
  }

  @Test
  void requestsThatDoNotFitTheModelAreRefused() {
    assertRefused(
        plain,
        REQUEST.withTask(new Task.TextToImage(OptionalInt.of(30), OptionalInt.empty())),
        "height (=30) must be divisible by 4");
    assertRefused(
        plain,
        REQUEST.withTask(new Task.ImageToImage(Nd4j.zeros(1, 1, 8, 8), 0.5)),
        "channels of image (=1) must equal those of the model (=3)");
    assertRefused(
        plain,
        REQUEST.withTask(new Task.ImageToImage(IMAGE, 0.1)),
        "strength (=0.1) must leave at least one of 5 steps");
    assertRefused(
        inpainting,
        REQUEST,
        "in_channels of the U-Net (=9) must be 4 for text to image: this model is for inpainting"
            + " alone");
    assertRefused(
        plain,
        REQUEST.withScheduler(Optional.of(SchedulerType.FLOW_MATCH_EULER.defaults())),
        "scheduler (=FLOW_MATCH_EULER) must take the noise away");
    assertRefused(
        plain, REQUEST.withClipSkip(OptionalInt.of(3)), "clipSkip (=3) must be from 0 to 2");
  }

  private static void assertRefused(
      StableDiffusionPipeline pipeline, GenerationRequest request, String sentence) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> generate(pipeline, request));
    assertTrue(e.getMessage().startsWith(sentence), e.getMessage());
  }

  @Test
  void everyStepIsHeardOfAndCanBeCancelled() {
    int[] heard = {0};
    CancellationException e =
        assertThrows(
            CancellationException.class,
            () ->
                plain.generate(
                    REQUEST, step -> assertEquals(++heard[0], step.step()), () -> heard[0] == 3));
    assertEquals("cancelled after 3 steps of image 0", e.getMessage());
  }

  @Test
  void latentsBetweenTwoStepsCanBeSeen() {
    List<float[]> previews = new ArrayList<>();
    List<GeneratedImage> images =
        plain.generate(
            REQUEST.withSteps(2),
            step -> previews.add(values(plain.decode(step.latents()))),
            () -> false);
    assertArrayEquals(values(images.get(0).image()), previews.get(1));
    assertFalse(Arrays.equals(previews.get(0), previews.get(1)));
  }

  private static float[] latents(GenerationRequest request) {
    return values(generate(plain, request.withSteps(1)).get(0).latents());
  }

  private static List<GeneratedImage> generate(
      StableDiffusionPipeline pipeline, GenerationRequest request) {
    return pipeline.generate(request, step -> {}, () -> false);
  }

  private static float[] values(INDArray array) {
    return array.dup('c').data().asFloat();
  }
}

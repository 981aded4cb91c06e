package org.diffusion4j.diffusion.pipeline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.diffusion4j.core.InvalidFileException;
import org.diffusion4j.core.config.SampleSize;
import org.diffusion4j.core.execution.samediff.SameDiffExecutor;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.random.Generator;
import org.diffusion4j.core.testing.TensorAssertions;
import org.diffusion4j.core.weights.DType;
import org.diffusion4j.core.weights.Weights;
import org.diffusion4j.diffusion.denoise.ClassifierFreeGuidance;
import org.diffusion4j.diffusion.pipeline.ModelFolder.Part;
import org.diffusion4j.diffusion.sample.SchedulerType;
import org.diffusion4j.unet.AddedConditions;
import org.diffusion4j.unet.AdditionEmbedType;
import org.diffusion4j.unet.DownBlockType;
import org.diffusion4j.unet.UNet2DConditionConfig;
import org.diffusion4j.unet.UNet2DConditionModel;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Untrained models: text encoders of 6 and 10 features, embeddings of 11, latents of 4 channels
 * that are 4 times smaller than the image.
 */
class StableDiffusionXlPipelineTest {
  private static final int LENGTH = 7;
  private static final int TIME_EMBED_DIM = 8;
  private static final int HEIGHT = 12;
  private static final int WIDTH = 20;
  private static final double[] BASE_IDS = {HEIGHT, WIDTH, 0, 0, HEIGHT, WIDTH};
  private static final String SCORE_FLAG = "requires_aesthetics_score";

  private static final GenerationRequest REQUEST =
      GenerationRequest.of("a photo of a cat")
          .withSteps(2)
          .withTask(new Task.TextToImage(OptionalInt.of(HEIGHT), OptionalInt.of(WIDTH)));

  private static final Task FROM_IMAGE =
      new Task.ImageToImage(new Generator(3).rand(1, 3, HEIGHT, WIDTH).muli(2).subi(1), 0.5);

  @TempDir Path root;
  private ModelFolder model;

  @BeforeEach
  void saveCommonParts() throws IOException {
    model = new ModelFolder(root);
    ModelFolder golden = PipelineFolders.golden("pipeline");
    for (String name : List.of("tokenizer", "vae", "scheduler")) {
      PipelineFolders.copy(golden.root().resolve(name), root.resolve(name));
    }
    PipelineFolders.copyTokenizer(golden, model, "tokenizer_2");
    PipelineFolders.saveTextModel(
        model, Part.CLIP_2, PipelineFolders.config(1000, 10, 2, LENGTH), 2);
  }

  private void saveBase(boolean emptyIsZero) throws IOException {
    PipelineFolders.saveTextModel(model, Part.CLIP, PipelineFolders.config(1000, 6, 3, LENGTH), 1);
    saveUnet(6 + 10, 6);
    ModelIndex index = ModelIndex.stableDiffusionXl(SchedulerType.DDIM);
    model.saveIndex(
        new ModelIndex(
            index.pipeline(),
            index.components(),
            Map.of("force_zeros_for_empty_prompt", emptyIsZero)));
  }

  /** The second text encoder alone, and five numbers in place of six. */
  private void saveRefiner(boolean score) throws IOException {
    saveUnet(10, 5);
    Map<String, ModelIndex.Component> components =
        new TreeMap<>(ModelIndex.stableDiffusionXl(SchedulerType.DDIM).components());
    components.remove("text_encoder");
    components.remove("tokenizer");
    model.saveIndex(
        new ModelIndex("StableDiffusionXLImg2ImgPipeline", components, Map.of(SCORE_FLAG, score)));
  }

  private void saveUnet(int features, int sizes) throws IOException {
    UNet2DConditionConfig config =
        new UNet2DConditionConfig(
                4,
                4,
                List.of(DownBlockType.DOWN_BLOCK_2D, DownBlockType.CROSS_ATTN_DOWN_BLOCK_2D),
                List.of(8, 16),
                1,
                2,
                1,
                features,
                4,
                1e-5)
            .with(
                unet ->
                    unet.sampleSize(new SampleSize(3, 5))
                        .additionEmbedType(AdditionEmbedType.TEXT_TIME)
                        .additionTimeEmbedDim(TIME_EMBED_DIM)
                        .projectionClassEmbeddingsInputDim(
                            PipelineFolders.PROJECTION + sizes * TIME_EMBED_DIM));
    Weights weights =
        Weights.initialize(new UNet2DConditionModel(config).parameters(), new Generator(5));
    model.save(Part.UNET, config, weights, DType.F32);
  }

  private GenerationStep firstStep(GenerationRequest request) throws IOException {
    List<GenerationStep> steps = new ArrayList<>();
    try (StableDiffusionPipeline pipeline = StableDiffusionPipeline.open(model)) {
      pipeline.generate(request, steps::add, () -> false);
    }
    return steps.get(0);
  }

  private TextConditions encode(String... texts) throws IOException {
    try (TextEncoder encoder = TextEncoder.open(model)) {
      return encoder.encode(List.of(texts), OptionalInt.empty());
    }
  }

  /** What the U-Net says of the input of a step under the given conditions. */
  private void assertSees(GenerationStep step, TextConditions texts, double[]... timeIds)
      throws IOException {
    UNet2DConditionModel unet = new UNet2DConditionModel(model.unetConfig());
    long n = timeIds.length;
    INDArray sample = step.modelInput().repeat(0, n);
    Graph graph = new Graph();
    AddedConditions added = unet.addedConditions(graph, n, timeIds[0].length);
    graph.named(
        "prediction",
        unet.build(
            graph,
            graph.input("sample", sample.shape()),
            graph.input("timesteps", n),
            graph.input("states", texts.states().shape()),
            added));
    Map<String, INDArray> inputs =
        Map.of(
            "sample", sample,
            "timesteps", Nd4j.valueArrayOf(new long[] {n}, (float) step.timestep()),
            "states", texts.states(),
            "text_embeds", texts.pooled().orElseThrow(),
            "time_ids", Nd4j.createFromArray(timeIds));
    try (SameDiffExecutor executor =
        new SameDiffExecutor(graph, model.load(Part.UNET, unet.parameters()))) {
      TensorAssertions.assertClose(
          executor.run(inputs, "prediction"), step.modelOutput(), 1e-6, 0, "prediction");
    }
  }

  @Test
  void theUNetSeesBothEncodersAndTheSizeInPixels() throws IOException {
    saveBase(true);
    assertSees(
        firstStep(REQUEST.withNegativePrompt("blurry")),
        encode("blurry", REQUEST.prompt()),
        BASE_IDS,
        BASE_IDS);
    assertSees(
        firstStep(REQUEST.withGuidance(new ClassifierFreeGuidance(1, 0))),
        encode(REQUEST.prompt()),
        BASE_IDS);
  }

  @Test
  void noNegativePromptIsZerosIfTheModelSaysSo() throws IOException {
    saveBase(true);
    TextConditions zeros = encode("", REQUEST.prompt());
    zeros.states().slice(0).assign(0);
    zeros.pooled().orElseThrow().slice(0).assign(0);
    assertSees(firstStep(REQUEST), zeros, BASE_IDS, BASE_IDS);
    saveBase(false);
    assertSees(firstStep(REQUEST), encode("", REQUEST.prompt()), BASE_IDS, BASE_IDS);
  }

  @Test
  void layersAreLeftOutForThePromptAlone() throws IOException {
    saveBase(true);
    TextConditions expected = encode("blurry", REQUEST.prompt());
    try (TextEncoder encoder = TextEncoder.open(model)) {
      INDArray skipped =
          encoder.encode(List.of(REQUEST.prompt()), OptionalInt.of(1)).states().slice(0);
      expected.states().slice(1).assign(skipped);
    }
    assertSees(
        firstStep(REQUEST.withNegativePrompt("blurry").withClipSkip(OptionalInt.of(1))),
        expected,
        BASE_IDS,
        BASE_IDS);
  }

  @Test
  void imagesAreOfTheSizeThatTheModelWasTrainedAt() throws IOException {
    saveBase(true);
    try (StableDiffusionPipeline pipeline = StableDiffusionPipeline.open(model)) {
      GeneratedImage image =
          pipeline.generate(REQUEST.withTask(Task.TEXT_TO_IMAGE), step -> {}, () -> false).get(0);
      assertArrayEquals(new long[] {1, 3, HEIGHT, WIDTH}, image.image().shape());
    }
  }

  @Test
  void theRefinerSeesTheSecondEncoderAndAScore() throws IOException {
    saveRefiner(true);
    assertSees(
        firstStep(REQUEST.withTask(FROM_IMAGE)),
        encode("", REQUEST.prompt()),
        new double[] {HEIGHT, WIDTH, 0, 0, 2.5},
        new double[] {HEIGHT, WIDTH, 0, 0, 6});
  }

  @Test
  void theRefinerMakesNothingOfWordsAlone() throws IOException {
    saveRefiner(true);
    try (StableDiffusionPipeline pipeline = StableDiffusionPipeline.open(model)) {
      IllegalArgumentException e =
          assertThrows(IllegalArgumentException.class, () -> pipeline.steps(REQUEST));
      assertEquals(
          SCORE_FLAG + " (=true) must be false for text to image: this model refines images alone",
          e.getMessage());
    }
  }

  @Test
  void conditionsThatTheUNetHasNoRoomForAreRefused() throws IOException {
    saveRefiner(false);
    // 11 + 5 * 8 of the refiner, 11 + 6 * 8 of the base model
    assertRefused(
        "unet: projection_class_embeddings_input_dim (=51) must be 59: the projection_dim of"
            + " text_encoder_2 (=11) and 6 of addition_time_embed_dim (=8), as "
            + SCORE_FLAG
            + " (=false) asks for");
    saveBase(true);
    saveUnet(17, 6);
    assertRefused(
        "unet: cross_attention_dim (=17) must be the features of the text encoders (=16)");
    saveBase(true);
    Map<String, ModelIndex.Component> components =
        new TreeMap<>(ModelIndex.stableDiffusionXl(SchedulerType.DDIM).components());
    components.remove("text_encoder_2");
    model.saveIndex(new ModelIndex("StableDiffusionXLPipeline", components, Map.of()));
    assertRefused("text_encoder_2: must be there: the U-Net takes embeddings of whole texts");
  }

  private void assertRefused(String sentence) {
    InvalidFileException e =
        assertThrows(InvalidFileException.class, () -> StableDiffusionPipeline.open(model));
    assertTrue(e.getMessage().endsWith(sentence), e.getMessage());
  }
}

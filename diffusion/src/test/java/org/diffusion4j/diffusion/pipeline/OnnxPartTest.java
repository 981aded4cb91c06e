package org.diffusion4j.diffusion.pipeline;

import static org.diffusion4j.core.testing.TensorAssertions.assertCloseToScale;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.diffusion4j.clip.text.ClipTextModel;
import org.diffusion4j.clip.token.Padding;
import org.diffusion4j.core.onnx.OnnxOptions;
import org.diffusion4j.core.random.Generator;
import org.diffusion4j.core.testing.OnnxRuntime;
import org.diffusion4j.core.weights.DType;
import org.diffusion4j.core.weights.Weights;
import org.diffusion4j.diffusion.pipeline.ModelFolder.Part;
import org.diffusion4j.diffusion.sample.SchedulerType;
import org.diffusion4j.unet.AdditionEmbedType;
import org.diffusion4j.unet.DownBlockType;
import org.diffusion4j.unet.UNet2DConditionConfig;
import org.diffusion4j.unet.UNet2DConditionModel;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The parts of a model of Stable Diffusion XL's kind, with states of 6 and 10 features. */
class OnnxPartTest {
  private static final int LENGTH = 7;
  private static final int TIME_EMBED_DIM = 8;
  private static final double RELATIVE = 1e-5;

  @TempDir Path root;
  private ModelFolder model;

  @BeforeEach
  void saveModel() throws IOException {
    model = new ModelFolder(root);
    ModelFolder golden = PipelineFolders.golden("pipeline");
    for (String name : List.of("tokenizer", "vae", "scheduler")) {
      PipelineFolders.copy(golden.root().resolve(name), root.resolve(name));
    }
    PipelineFolders.copyTokenizer(golden, model, "tokenizer_2");
    PipelineFolders.saveTextModel(model, Part.CLIP, PipelineFolders.config(1000, 6, 3, LENGTH), 1);
    PipelineFolders.saveTextModel(
        model, Part.CLIP_2, PipelineFolders.config(1000, 10, 2, LENGTH), 2);
    UNet2DConditionConfig config =
        new UNet2DConditionConfig(
                4,
                4,
                List.of(DownBlockType.DOWN_BLOCK_2D, DownBlockType.CROSS_ATTN_DOWN_BLOCK_2D),
                List.of(8, 16),
                1,
                2,
                1,
                6 + 10,
                4,
                1e-5)
            .with(
                unet ->
                    unet.additionEmbedType(AdditionEmbedType.TEXT_TIME)
                        .additionTimeEmbedDim(TIME_EMBED_DIM)
                        .projectionClassEmbeddingsInputDim(
                            PipelineFolders.PROJECTION + 6 * TIME_EMBED_DIM));
    Weights weights =
        Weights.initialize(new UNet2DConditionModel(config).parameters(), new Generator(5));
    model.save(Part.UNET, config, weights, DType.F32);
    model.saveIndex(ModelIndex.stableDiffusionXl(SchedulerType.DDIM));
  }

  private static OnnxPart.Shape shape(int batch, int height, int width) {
    return new OnnxPart.Shape(batch, OptionalInt.of(height), OptionalInt.of(width));
  }

  private Path write(OnnxPart part, PartGraph graph) {
    Path file = root.resolve(part.folder() + ".onnx");
    graph.writeOnnx(file, OnnxOptions.DEFAULTS, (done, total) -> {});
    return file;
  }

  @Test
  void theUNetTakesWholeTextsAndSizesToo() throws IOException {
    PartGraph unet = OnnxPart.UNET.of(model, shape(2, 12, 20));
    Map<String, INDArray> inputs = new LinkedHashMap<>();
    Generator generator = new Generator(7);
    unet.graph()
        .inputs()
        .forEach((name, input) -> inputs.put(name, generator.randn(input.tensor().shapeArray())));
    Path file = write(OnnxPart.UNET, unet);
    try (OnnxRuntime runtime = new OnnxRuntime(file)) {
      assertEquals(
          Map.of(
              "sample", List.of(2L, 4L, 3L, 5L),
              "timestep", List.of(2L),
              "encoder_hidden_states", List.of(2L, 7L, 16L),
              "text_embeds", List.of(2L, (long) PipelineFolders.PROJECTION),
              "time_ids", List.of(2L, 6L)),
          runtime.inputs());
    }
    OnnxRuntime.assertSameNumbers(
        unet.graph(), unet.weights(), inputs, List.of("out_sample"), file, RELATIVE);
  }

  @Test
  void theTextEncodersTogetherGiveWhatThePipelineLooksAt() throws IOException {
    String text = "a photo of a cat";
    TextConditions conditions;
    try (TextEncoder encoder = TextEncoder.open(model, 1)) {
      conditions = encoder.encode(List.of(text), OptionalInt.empty());
    }
    Map<String, INDArray> first = run(OnnxPart.TEXT_ENCODER, Part.CLIP, text);
    Map<String, INDArray> second = run(OnnxPart.TEXT_ENCODER_2, Part.CLIP_2, text);
    INDArray states = Nd4j.concat(2, first.get("hidden_states.2"), second.get("hidden_states.1"));
    assertCloseToScale(conditions.states(), states, RELATIVE, "states");
    assertCloseToScale(
        conditions.pooled().orElseThrow(), second.get("text_embeds"), RELATIVE, "text_embeds");
  }

  private Map<String, INDArray> run(OnnxPart part, Part of, String text) throws IOException {
    int[] tokens =
        model.tokenizer(of).encodeChunks(text, LENGTH, 1, Padding.PAD_TOKEN).get(0).ids();
    INDArray ids = Nd4j.createFromArray(new int[][] {tokens}).castTo(DataType.INT64);
    Map<String, INDArray> inputs = new LinkedHashMap<>(Map.of("input_ids", ids));
    if (of == Part.CLIP_2) {
      ClipTextModel encoder = model.textEncoder(of).text();
      inputs.put("end_of_text", encoder.endOfText(ids));
    }
    PartGraph graph =
        part.of(model, new OnnxPart.Shape(1, OptionalInt.empty(), OptionalInt.empty()));
    try (OnnxRuntime runtime = new OnnxRuntime(write(part, graph))) {
      return runtime.run(inputs);
    }
  }

  @Test
  void aSizeThatTheModelDoesNotKnowMustBeGiven() {
    OnnxPart.Shape heightAlone = new OnnxPart.Shape(1, OptionalInt.of(12), OptionalInt.empty());
    assertRefused("width must be given: the U-Net's config has no sample_size", heightAlone);
    assertRefused("height (=13) must be divisible by downscale (=4)", shape(1, 13, 20));
  }

  private void assertRefused(String message, OnnxPart.Shape shape) {
    for (OnnxPart part : List.of(OnnxPart.UNET, OnnxPart.VAE_DECODER, OnnxPart.VAE_ENCODER)) {
      IllegalArgumentException e =
          assertThrows(IllegalArgumentException.class, () -> part.of(model, shape));
      assertEquals(message, e.getMessage());
    }
  }
}

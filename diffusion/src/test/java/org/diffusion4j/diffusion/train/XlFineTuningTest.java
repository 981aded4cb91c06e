package org.diffusion4j.diffusion.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.datavec.api.records.reader.impl.collection.CollectionRecordReader;
import org.datavec.api.writable.NDArrayWritable;
import org.datavec.api.writable.Text;
import org.diffusion4j.core.data.ImageDataSet;
import org.diffusion4j.core.execution.Execution;
import org.diffusion4j.core.random.Generator;
import org.diffusion4j.core.train.TrainingConfig;
import org.diffusion4j.core.weights.DType;
import org.diffusion4j.core.weights.Weights;
import org.diffusion4j.diffusion.pipeline.GenerationRequest;
import org.diffusion4j.diffusion.pipeline.ModelFolder;
import org.diffusion4j.diffusion.pipeline.ModelFolder.Part;
import org.diffusion4j.diffusion.pipeline.ModelIndex;
import org.diffusion4j.diffusion.pipeline.PipelineFolders;
import org.diffusion4j.diffusion.pipeline.StableDiffusionPipeline;
import org.diffusion4j.diffusion.pipeline.Task;
import org.diffusion4j.diffusion.sample.SchedulerType;
import org.diffusion4j.unet.AdditionEmbedType;
import org.diffusion4j.unet.UNet2DConditionConfig;
import org.diffusion4j.unet.UNet2DConditionModel;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A model of Stable Diffusion XL's kind: two text encoders, whole texts and sizes. */
class XlFineTuningTest {
  private static final int LENGTH = 7;
  private static final TrainingConfig CONFIG = TrainingConfig.of(2, 3, 1e-2, 5);

  @TempDir Path folder;
  private ModelFolder model;
  private ImageDataSet images;

  @BeforeEach
  void save() throws IOException {
    model = new ModelFolder(folder.resolve("xl"));
    ModelFolder golden = PipelineFolders.golden("pipeline");
    for (String part : List.of("vae", "scheduler")) {
      PipelineFolders.copy(golden.root().resolve(part), model.root().resolve(part));
    }
    for (String tokenizer : List.of("tokenizer", "tokenizer_2")) {
      PipelineFolders.copyTokenizer(golden, model, tokenizer);
    }
    PipelineFolders.saveTextModel(model, Part.CLIP, PipelineFolders.config(1000, 6, 3, LENGTH), 1);
    PipelineFolders.saveTextModel(
        model, Part.CLIP_2, PipelineFolders.config(1000, 10, 2, LENGTH), 2);
    UNet2DConditionConfig config =
        golden
            .unetConfig()
            .with(
                changed ->
                    changed
                        .crossAttentionDim(16)
                        .additionEmbedType(AdditionEmbedType.TEXT_TIME)
                        .additionTimeEmbedDim(2)
                        .projectionClassEmbeddingsInputDim(6 * 2 + PipelineFolders.PROJECTION));
    Weights weights =
        Weights.initialize(new UNet2DConditionModel(config).parameters(), new Generator(3));
    model.save(Part.UNET, config, weights, DType.F16);
    model.saveIndex(ModelIndex.stableDiffusionXl(SchedulerType.DDIM));
    INDArray picture = new Generator(4).rand(1, 3, 24, 32).muli(2).subi(1);
    images =
        ImageDataSet.read(
            new CollectionRecordReader(
                List.of(
                    List.of(new NDArrayWritable(picture), new Text("king")),
                    List.of(new NDArrayWritable(picture.neg()), new Text("all for one")))));
  }

  private float[] addEmbedding(ModelFolder of) throws IOException {
    return of.load(Part.UNET, new UNet2DConditionModel(of.unetConfig()).parameters())
        .get("add_embedding.linear_1.weight")
        .dup('c')
        .data()
        .asFloat();
  }

  @Test
  void aUNetIsTrainedOnWholeTextsAndSizesToo() throws IOException {
    Path output = folder.resolve("tuned");
    TrainingRun run = new TrainingRun(CONFIG, false, List.of(), () -> false);
    assertTrue(
        new FineTuning(model, output, DenoisingConfig.DEFAULTS, run)
            .run(images, (done, total) -> {}));
    ModelFolder tuned = new ModelFolder(output);
    assertEquals(model.index(), tuned.index());
    assertEquals(DType.F16, tuned.dtype(Part.UNET));
    assertEquals(DType.F32, tuned.dtype(Part.VAE));
    float[] before = addEmbedding(model);
    float[] after = addEmbedding(tuned);
    for (int column : new int[] {0, PipelineFolders.PROJECTION}) {
      assertNotEquals(before[column], after[column], "column " + column);
    }
    GenerationRequest request =
        GenerationRequest.of("king")
            .withSteps(1)
            .withTask(new Task.TextToImage(OptionalInt.of(24), OptionalInt.of(32)));
    try (StableDiffusionPipeline pipeline = StableDiffusionPipeline.open(tuned)) {
      INDArray image = pipeline.generate(request, step -> {}, () -> false).get(0).image();
      assertArrayEquals(new long[] {1, 3, 24, 32}, image.shape());
    }
  }

  @Test
  void everyPictureIsWhole() throws IOException {
    Map<String, INDArray> inputs = objective().inputs(1, new Generator(2));
    assertArrayEquals(
        new long[] {3, PipelineFolders.PROJECTION}, inputs.get("text_embeds").shape());
    assertArrayEquals(new long[] {3, LENGTH, 16}, inputs.get("encoder_hidden_states").shape());
    for (int i = 0; i < 3; i++) {
      assertArrayEquals(
          new double[] {24, 32, 0, 0, 24, 32}, inputs.get("time_ids").getRow(i).toDoubleVector());
    }
  }

  @Test
  void aUNetThatIsNotToldOfWholeTextsIsRefused() throws IOException {
    UNet2DConditionConfig config =
        PipelineFolders.golden("pipeline")
            .unetConfig()
            .with(changed -> changed.crossAttentionDim(16));
    Weights weights =
        Weights.initialize(new UNet2DConditionModel(config).parameters(), new Generator(3));
    DenoisingObjective objective = objective();
    IllegalArgumentException error =
        assertThrows(
            IllegalArgumentException.class,
            () -> objective.task(config, weights, Execution.auto()));
    assertEquals(
        "features of a whole caption (=11) must equal those that the U-Net takes (=0)",
        error.getMessage());
  }

  private DenoisingObjective objective() throws IOException {
    return new DenoisingObjective(
        CaptionedLatents.encode(model, images, (done, total) -> {}),
        FineTuning.scheduler(model),
        DenoisingConfig.DEFAULTS,
        CONFIG);
  }
}

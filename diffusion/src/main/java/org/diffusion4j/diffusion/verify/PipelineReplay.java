package org.diffusion4j.diffusion.verify;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.diffusion4j.clip.token.ClipTokenizer;
import org.diffusion4j.clip.token.TextBatch;
import org.diffusion4j.core.execution.Execution;
import org.diffusion4j.core.verify.Comparison;
import org.diffusion4j.core.verify.Tolerance;
import org.diffusion4j.diffusion.pipeline.GeneratedImage;
import org.diffusion4j.diffusion.pipeline.GenerationStep;
import org.diffusion4j.diffusion.pipeline.ModelFolder;
import org.diffusion4j.diffusion.pipeline.ModelFolder.Part;
import org.diffusion4j.diffusion.pipeline.StableDiffusionPipeline;
import org.diffusion4j.diffusion.pipeline.TextConditions;
import org.diffusion4j.diffusion.pipeline.TextEncoder;
import org.diffusion4j.diffusion.sample.NoiseSource;
import org.diffusion4j.vae.VaeImageProcessor;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Generates the images of a golden run again and compares all that is known of it. */
final class PipelineReplay {
  private static final String PROMPT = "prompt";
  private static final String NEGATIVE_PROMPT = "negative_prompt";
  private static final String IDS = "_ids";
  private static final String EMBEDS = "_embeds";

  private static final Tolerance EMBEDDINGS = Tolerance.absolute(1e-4);
  private static final Tolerance UNET = Tolerance.absolute(2e-4);

  /** The rounding of each step goes on into the next. */
  private static final Tolerance LATENTS = (expected, largest) -> 1e-3 * Math.max(1, largest);

  private static final Tolerance IMAGE = Tolerance.absolute(2e-3);

  private final GoldenGeneration golden;
  private final Execution execution;
  private final Comparison comparison;

  PipelineReplay(GoldenGeneration golden, Execution execution, Comparison comparison) {
    this.golden = golden;
    this.execution = execution;
    this.comparison = comparison;
  }

  void run(Path folder) throws IOException {
    ModelFolder model = new ModelFolder(folder);
    compareTexts(model);
    int count = golden.request().count();
    List<List<GenerationStep>> steps =
        IntStream.range(0, count).<List<GenerationStep>>mapToObj(i -> new ArrayList<>()).toList();
    List<Draws> draws = IntStream.range(0, count).mapToObj(Draws::new).toList();
    try (StableDiffusionPipeline pipeline = StableDiffusionPipeline.open(model, execution)) {
      List<GeneratedImage> images =
          pipeline.generate(
              golden.request(), draws::get, step -> steps.get(step.image()).add(step), () -> false);
      compareSteps(steps);
      compareImages(images);
    }
    draws.forEach(
        each -> comparison.compare("number of draws", golden.draws(), each.made, Tolerance.EXACT));
  }

  private void compareTexts(ModelFolder model) throws IOException {
    ClipTokenizer tokenizer = model.tokenizer(Part.CLIP);
    int length = Math.toIntExact(golden.tensor(PROMPT + IDS).size(1));
    List<String> names =
        golden.texts().size() == 1 ? List.of(PROMPT) : List.of(NEGATIVE_PROMPT, PROMPT);
    TextConditions conditions;
    try (TextEncoder encoder = TextEncoder.open(model, TextEncoder.MAX_CHUNKS, execution)) {
      conditions = encoder.encode(golden.texts(), golden.request().clipSkip());
    }
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      TextBatch batch = TextBatch.of(tokenizer, golden.texts().subList(i, i + 1), length);
      comparison.compare(name + IDS, golden.tensor(name + IDS), batch.inputIds(), Tolerance.EXACT);
      INDArray states = repeated(conditions.states().slice(i));
      comparison.compare(name + EMBEDS, golden.tensor(name + EMBEDS), states, EMBEDDINGS);
    }
  }

  /** For each image the same. */
  private INDArray repeated(INDArray values) {
    return Nd4j.stack(
        0, Collections.nCopies(golden.request().count(), values).toArray(INDArray[]::new));
  }

  private void compareSteps(List<List<GenerationStep>> steps) {
    double[] timesteps = steps.get(0).stream().mapToDouble(GenerationStep::timestep).toArray();
    comparison.compare("timesteps_run", golden.timesteps(), timesteps, Tolerance.EXACT);
    List<GenerationStep> first = steps.stream().map(each -> each.get(0)).toList();
    long texts = first.get(0).modelOutput().size(0);
    comparison.compare(
        "unet_first_input",
        golden.tensor("unet_first_input"),
        joined(
            LongStream.range(0, texts)
                .boxed()
                .flatMap(text -> first.stream().map(GenerationStep::modelInput))),
        LATENTS);
    comparison.compare(
        "unet_first_output",
        golden.tensor("unet_first_output"),
        joined(
            LongStream.range(0, texts)
                .boxed()
                .flatMap(text -> first.stream().map(step -> row(step.modelOutput(), text)))),
        UNET);
    for (int i = 0; i < timesteps.length; i++) {
      int index = i;
      comparison.compare(
          "latents_step." + i,
          golden.tensor("latents_step." + i),
          joined(steps.stream().map(each -> each.get(index).latents())),
          LATENTS);
    }
  }

  private void compareImages(List<GeneratedImage> images) {
    INDArray latents = joined(images.stream().map(GeneratedImage::latents));
    comparison.compare("final_latents", golden.tensor("final_latents"), latents, LATENTS);
    INDArray pixels = joined(images.stream().map(GeneratedImage::image));
    comparison.compare(
        "image", golden.tensor("image"), VaeImageProcessor.ofImages(1).postprocess(pixels), IMAGE);
  }

  private static INDArray row(INDArray rows, long index) {
    return rows.get(NDArrayIndex.interval(index, index + 1));
  }

  private static INDArray joined(Stream<INDArray> rows) {
    return Nd4j.concat(0, rows.toArray(INDArray[]::new));
  }

  /** The noise of one image, as the golden run drew it. */
  private final class Draws implements NoiseSource {
    private final int image;
    private int made;

    Draws(int image) {
      this.image = image;
    }

    @Override
    public float[] next(int size) {
      return golden.noise(made++, image, size);
    }
  }
}

package org.diffusion4j.diffusion.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.diffusion4j.core.data.ImageDataSet;
import org.diffusion4j.core.execution.Execution;
import org.diffusion4j.core.execution.GraphExecutor;
import org.diffusion4j.core.image.ImageFiles;
import org.diffusion4j.core.image.PixelImage;
import org.diffusion4j.core.random.Generator;
import org.diffusion4j.core.train.EmaDecay;
import org.diffusion4j.core.train.TrainingConfig;
import org.diffusion4j.core.train.TrainingTask;
import org.diffusion4j.core.weights.SafetensorsFile;
import org.diffusion4j.core.weights.Weights;
import org.diffusion4j.diffusion.loss.LossWeighting;
import org.diffusion4j.diffusion.pipeline.GenerationRequest;
import org.diffusion4j.diffusion.pipeline.ModelFolder;
import org.diffusion4j.diffusion.pipeline.ModelFolder.Part;
import org.diffusion4j.diffusion.pipeline.StableDiffusionPipeline;
import org.diffusion4j.diffusion.verify.PipelineVerifier;
import org.diffusion4j.unet.UNet2DConditionModel;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The tiny Stable Diffusion of the golden data, trained further on five plain squares. */
class FineTuningTest {
  private static final String UNET = "unet/diffusion_pytorch_model.safetensors";
  private static final int STEPS = 20;

  /** Of two pictures a step. */
  private static final TrainingConfig CONFIG =
      TrainingConfig.of(STEPS, 2, 1e-3, 7).withEma(EmaDecay.of(0));

  @TempDir private static Path folder;
  private static ModelFolder model;
  private static Path output;
  private static ImageDataSet images;
  private static CaptionedLatents latents;

  @BeforeAll
  static void train() throws IOException {
    model = new ModelFolder(PipelineVerifier.plain().shipped());
    output = folder.resolve("tuned");
    images = TrainingPictures.read(pictures(), model, OptionalInt.empty());
    latents = CaptionedLatents.encode(model, images, (done, total) -> {});
    assertTrue(run(model, output, CONFIG, false, () -> false));
  }

  private static Path pictures() throws IOException {
    Path pictures = Files.createDirectory(folder.resolve("pictures"));
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      byte[] values = new byte[3 * 35 * 41];
      Arrays.fill(values, (byte) (50 * i));
      ImageFiles.write(pictures.resolve(i + ".png"), new PixelImage(3, 35, 41, values).toArray());
      lines.add("{\"file_name\": \"" + i + ".png\", \"text\": \"square number " + i + "\"}");
    }
    Files.write(pictures.resolve("metadata.jsonl"), lines);
    return pictures;
  }

  private static boolean run(
      ModelFolder from, Path to, TrainingConfig config, boolean resume, BooleanSupplier cancelled)
      throws IOException {
    TrainingRun training = new TrainingRun(config, resume, List.of(), cancelled);
    return new FineTuning(from, to, DenoisingConfig.DEFAULTS, training)
        .run(images, (done, total) -> {});
  }

  /** Asked before each step; true before step {@code steps + 1} of this run. */
  private static BooleanSupplier after(int steps) {
    int[] asked = {0};
    return () -> asked[0]++ == steps;
  }

  /** The mean over batches whose pictures, noise and timesteps are always the same. */
  private static double loss(ModelFolder of, LossWeighting weighting) throws IOException {
    DenoisingObjective objective =
        new DenoisingObjective(
            latents, FineTuning.scheduler(model), new DenoisingConfig(0, weighting), CONFIG);
    Weights weights = of.load(Part.UNET, new UNet2DConditionModel(of.unetConfig()).parameters());
    TrainingTask task = objective.task(of.unetConfig(), weights, Execution.auto());
    double sum = 0;
    int batches = 7;
    try (GraphExecutor executor = task.executor()) {
      for (int i = 1; i <= batches; i++) {
        Map<String, INDArray> inputs = objective.inputs(i, new Generator(i));
        sum += executor.run(inputs, task.loss()).getDouble(0);
      }
    }
    return sum / batches;
  }

  private static double loss(ModelFolder of) throws IOException {
    return loss(of, LossWeighting.UNIFORM);
  }

  private static Map<String, byte[]> files(Path root) throws IOException {
    Map<String, byte[]> files = new HashMap<>();
    try (Stream<Path> all = Files.walk(root)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        files.put(root.relativize(file).toString().replace('\\', '/'), Files.readAllBytes(file));
      }
    }
    return files;
  }

  @Test
  void theLossOnTheSameNoiseFallsAndFallsFurther() throws IOException {
    double before = loss(model);
    double tuned = loss(new ModelFolder(output));
    assertTrue(tuned < 0.9 * before, tuned + " after " + before);

    Path further = folder.resolve("further");
    assertTrue(run(new ModelFolder(output), further, CONFIG, false, () -> false));
    double twice = loss(new ModelFolder(further));
    assertTrue(twice < tuned, twice + " after " + tuned);
  }

  @Test
  void allButTheUNetsWeightsIsTheSameBitForBit() throws IOException {
    Map<String, byte[]> tuned = files(output);
    for (String part : List.of("vae", "text_encoder", "tokenizer", "scheduler")) {
      assertTrue(tuned.keySet().stream().anyMatch(name -> name.startsWith(part + "/")), part);
    }
    Map<String, byte[]> original = files(model.root());
    tuned.keySet().removeIf(name -> name.startsWith("unet/training/"));
    for (Map.Entry<String, byte[]> file : tuned.entrySet()) {
      if (file.getKey().equals(UNET)) {
        assertFalse(Arrays.equals(original.get(UNET), file.getValue()));
      } else {
        assertArrayEquals(original.get(file.getKey()), file.getValue(), file.getKey());
      }
    }
    assertTrue(tuned.containsKey("model_index.json") && tuned.containsKey("unet/config.json"));
  }

  @Test
  void theUNetHasTheSameTensors() {
    try (SafetensorsFile before = SafetensorsFile.open(model.root().resolve(UNET));
        SafetensorsFile after = SafetensorsFile.open(output.resolve(UNET))) {
      assertEquals(before.names(), after.names());
      for (String name : before.names()) {
        assertEquals(before.info(name).dtype(), after.info(name).dtype(), name);
        assertEquals(before.info(name).shape(), after.info(name).shape(), name);
      }
    }
  }

  @Test
  void theResultMakesPictures() throws IOException {
    try (StableDiffusionPipeline pipeline = StableDiffusionPipeline.open(new ModelFolder(output))) {
      INDArray image =
          pipeline
              .generate(
                  GenerationRequest.of("square number 2").withSteps(2), step -> {}, () -> false)
              .get(0)
              .image();
      assertArrayEquals(new long[] {1, 3, 32, 32}, image.shape());
      assertTrue(Double.isFinite(image.sumNumber().doubleValue()));
    }
  }

  @Test
  void aTrainingThatWasStoppedEndsWithTheSameBits() throws IOException {
    Path parts = folder.resolve("parts");
    assertFalse(run(model, parts, CONFIG, false, after(8)));
    assertFalse(new ModelFolder(parts).has(Part.UNET));
    IllegalStateException error =
        assertThrows(
            IllegalStateException.class, () -> run(model, parts, CONFIG, false, () -> false));
    assertTrue(error.getMessage().contains("resume it"), error.getMessage());
    assertTrue(run(model, parts, CONFIG, true, () -> false));
    assertArrayEquals(
        Files.readAllBytes(output.resolve(UNET)), Files.readAllBytes(parts.resolve(UNET)));
  }

  @Test
  void aTrainingIsNotResumedOnOtherPictures() throws IOException {
    TrainingRun training = new TrainingRun(CONFIG, true, List.of(), () -> false);
    FineTuning resumed = new FineTuning(model, output, DenoisingConfig.DEFAULTS, training);
    IllegalArgumentException error =
        assertThrows(
            IllegalArgumentException.class,
            () -> resumed.run(images.slice(1, 4), (done, total) -> {}));
    assertTrue(error.getMessage().startsWith("description.data (="), error.getMessage());
  }

  @Test
  void minSnrWeighsLittleNoiseLess() throws IOException {
    double uniform = loss(model);
    assertEquals(uniform, loss(model, new LossWeighting.MinSnr(1e9)), 1e-5);
    assertTrue(loss(model, new LossWeighting.MinSnr(0.5)) < 0.9 * uniform);
  }

  @Test
  void theModelsOwnFolderAndTakenOnesAreRefused() throws IOException {
    Path within = model.root().resolve("tuned");
    for (Path own : List.of(model.root(), within, model.root().resolve("unet/../x"))) {
      assertThrows(
          IllegalArgumentException.class, () -> run(model, own, CONFIG, false, () -> false));
    }
    assertThrows(IllegalStateException.class, () -> run(model, output, CONFIG, false, () -> false));
    Path taken = Files.createDirectories(folder.resolve("taken"));
    Files.writeString(taken.resolve("notes.txt"), "mine");
    IllegalStateException error =
        assertThrows(
            IllegalStateException.class, () -> run(model, taken, CONFIG, false, () -> false));
    assertTrue(error.getMessage().startsWith(taken.resolve("notes.txt") + " is there already"));
  }

  @Test
  void whatTheModelCannotTakeIsNamed() {
    assertMessage(
        "resolution (=33) must be divisible by downscale of the autoencoder (=4)",
        () -> TrainingPictures.read(folder.resolve("pictures"), model, OptionalInt.of(33)));
    assertMessage(
        "in_channels of the U-Net (=9) must be the latent_channels of the autoencoder (=4)",
        () ->
            run(
                new ModelFolder(PipelineVerifier.inpainting().shipped()),
                folder.resolve("inpainting"),
                CONFIG,
                false,
                () -> false));
  }

  private static void assertMessage(String start, Executable executable) {
    IllegalArgumentException error = assertThrows(IllegalArgumentException.class, executable);
    assertTrue(error.getMessage().startsWith(start), error.getMessage());
  }

  @Test
  void encodingIsHeardOfAndCanBeCancelled() throws IOException {
    List<Integer> heard = new ArrayList<>();
    CaptionedLatents.encode(
        model,
        images,
        (done, total) -> {
          assertEquals(10, total);
          heard.add(done);
        });
    assertEquals(List.of(1, 2, 3, 4, 5, 10), heard);
    assertThrows(
        CancellationException.class,
        () ->
            CaptionedLatents.encode(
                model,
                images,
                (done, total) -> {
                  throw new CancellationException();
                }));
  }
}

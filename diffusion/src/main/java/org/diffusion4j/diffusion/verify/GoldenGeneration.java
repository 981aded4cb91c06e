package org.diffusion4j.diffusion.verify;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.diffusion4j.core.InvalidFileException;
import org.diffusion4j.core.check.Texts;
import org.diffusion4j.core.config.ConfigFile;
import org.diffusion4j.core.verify.GoldenFile;
import org.diffusion4j.core.verify.JsonFields;
import org.diffusion4j.core.verify.UnsupportedCaseException;
import org.diffusion4j.diffusion.denoise.ClassifierFreeGuidance;
import org.diffusion4j.diffusion.pipeline.GenerationRequest;
import org.diffusion4j.diffusion.pipeline.Task;
import org.diffusion4j.diffusion.sample.SchedulerConfigFile;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A run of a pipeline of diffusers as a golden file describes it.
 *
 * @param file with the tensors of the run
 * @param request what was asked for
 */
record GoldenGeneration(GoldenFile file, GenerationRequest request) {
  private static final String LATENTS = "in.latents";
  private static final String NOISE = "noise.";

  /**
   * Reads the description.
   *
   * @throws InvalidFileException if it is malformed
   * @throws UnsupportedCaseException if the run took arguments that are not known here
   */
  static GoldenGeneration read(GoldenFile file) {
    JsonFields fields = file.fields();
    JsonFields arguments = fields.object("arguments");
    GenerationRequest request;
    try {
      request = request(file, fields, arguments);
    } catch (IllegalArgumentException e) {
      throw new InvalidFileException(file.file(), e.getMessage(), e);
    }
    if (!arguments.unread().isEmpty()) {
      throw new UnsupportedCaseException("no pipeline with " + arguments.unread());
    }
    return new GoldenGeneration(file, request);
  }

  private static GenerationRequest request(
      GoldenFile file, JsonFields fields, JsonFields arguments) {
    Task task = task(file, fields.text("pipeline"), arguments);
    GenerationRequest request =
        GenerationRequest.of(arguments.text("prompt"))
            .with(
                builder ->
                    builder
                        .task(task)
                        .guidance(
                            new ClassifierFreeGuidance(
                                arguments.number("guidance_scale"),
                                number(arguments, "guidance_rescale", 0)))
                        .steps(arguments.integer("num_inference_steps"))
                        .scheduler(scheduler(file, fields).config())
                        .eta(number(arguments, "eta", 0))
                        .count(
                            arguments.has("num_images_per_prompt")
                                ? arguments.integer("num_images_per_prompt")
                                : 1));
    if (arguments.has("negative_prompt")) {
      request = request.withNegativePrompt(arguments.text("negative_prompt"));
    }
    return file.names().contains(LATENTS)
        ? request.withLatents(Optional.of(file.tensor(LATENTS)))
        : request;
  }

  private static Task task(GoldenFile file, String pipeline, JsonFields arguments) {
    OptionalInt height = size(arguments, "height");
    OptionalInt width = size(arguments, "width");
    return switch (pipeline) {
      case "StableDiffusionPipeline" -> new Task.TextToImage(height, width);
      case "StableDiffusionImg2ImgPipeline" ->
          new Task.ImageToImage(image(file), arguments.number("strength"));
      case "StableDiffusionInpaintPipeline" ->
          new Task.Inpainting(
              image(file), file.tensor("in.mask_image"), arguments.number("strength"));
      default -> throw new UnsupportedCaseException("no pipeline " + Texts.quote(pipeline));
    };
  }

  private static INDArray image(GoldenFile file) {
    return file.tensor("in.image").mul(2).subi(1);
  }

  private static OptionalInt size(JsonFields arguments, String name) {
    return arguments.has(name) ? OptionalInt.of(arguments.integer(name)) : OptionalInt.empty();
  }

  private static double number(JsonFields arguments, String name, double otherwise) {
    return arguments.has(name) ? arguments.number(name) : otherwise;
  }

  private static SchedulerConfigFile scheduler(GoldenFile file, JsonFields fields) {
    if (!(fields.node("scheduler_config") instanceof ObjectNode config)) {
      throw new InvalidFileException(file.file(), "scheduler_config must be a JSON object");
    }
    return new SchedulerConfigFile(
        new ConfigFile.Content(file.file(), fields.text("scheduler"), config));
  }

  /** The timesteps that the U-Net was called with. */
  double[] timesteps() {
    return file.fields().numbers("timesteps_run");
  }

  /** A tensor of the run. */
  INDArray tensor(String name) {
    return file.tensor(name);
  }

  /** The texts that the U-Net looked at. */
  List<String> texts() {
    return request.guidance().isActive()
        ? List.of(request.negativePrompt(), request.prompt())
        : List.of(request.prompt());
  }

  /** How often the pipeline drew noise. */
  int draws() {
    return Math.toIntExact(file.names().stream().filter(name -> name.startsWith(NOISE)).count());
  }

  /**
   * The values of an image that the pipeline drew.
   *
   * @param draw the number of the draw, from 0
   * @throws InvalidFileException if it drew fewer or others
   */
  float[] noise(int draw, int image, int size) {
    INDArray noise = tensor(NOISE + draw);
    if (noise.size(0) != request.count() || noise.length() != (long) size * noise.size(0)) {
      throw new InvalidFileException(
          file.file(),
          "shape of "
              + NOISE
              + draw
              + " (="
              + Arrays.toString(noise.shape())
              + ") must be that of "
              + request.count()
              + " images of "
              + size
              + " values");
    }
    return noise.slice(image).dup('c').data().asFloat();
  }
}

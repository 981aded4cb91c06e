package org.diffusion4j.examples.cli;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.diffusion4j.core.execution.Execution;
import org.diffusion4j.diffusion.denoise.ClassifierFreeGuidance;
import org.diffusion4j.diffusion.pipeline.GenerationRequest;
import org.diffusion4j.diffusion.pipeline.ModelFolder;
import org.diffusion4j.diffusion.pipeline.Task;
import org.diffusion4j.diffusion.sample.SchedulerConfigFile;
import org.diffusion4j.diffusion.sample.SchedulerType;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The options of everything that generates pictures. */
final class SamplingOptions {
  /** What suits the model in the jar. */
  private static final double SHIPPED_GUIDANCE = 3;

  private static final double GUIDANCE = 7.5;

  @Option(
      names = "--steps",
      paramLabel = "COUNT",
      defaultValue = "20",
      description = "The number of denoising steps.")
  int steps;

  @Option(
      names = "--guidance",
      paramLabel = "SCALE",
      description =
          "How strongly to follow the sentence; 1 for no guidance. Without it 7.5, and 3 for the"
              + " model in the jar.")
  Optional<Double> guidance;

  @Option(
      names = "--guidance-rescale",
      paramLabel = "SHARE",
      defaultValue = "0",
      description = "How much of the contrast that guidance adds is taken back, from 0 to 1.")
  double guidanceRescale;

  @Option(
      names = "--negative-prompt",
      paramLabel = "TEXT",
      defaultValue = "",
      showDefaultValue = CommandLine.Help.Visibility.NEVER,
      description = "What the picture should not show.")
  String negativePrompt;

  @Option(
      names = "--clip-skip",
      paramLabel = "LAYERS",
      description =
          "How many of the last layers of the text encoder to leave out, for the sentence itself.")
  Optional<Integer> clipSkip;

  @Option(
      names = "--seed",
      paramLabel = "NUMBER",
      defaultValue = "0",
      description = "The seed of the first picture; the next has the next seed.")
  long seed;

  @Option(
      names = "--scheduler",
      paramLabel = "NAME",
      description =
          "What removes the noise: ${COMPLETION-CANDIDATES} (capitals or not). Default: the model's"
              + " own.")
  Optional<SchedulerType> scheduler;

  @Option(
      names = "--eta",
      paramLabel = "SHARE",
      defaultValue = "0",
      description = "For ddim and tcd: noise added in each step, from 0 (none) to 1.")
  double eta;

  /**
   * What to generate with a model.
   *
   * @throws ParameterException if an option is out of its range
   * @throws org.diffusion4j.core.InvalidFileException if the model's scheduler does not fit
   */
  GenerationRequest request(
      CommandSpec command, ModelOption model, ModelFolder folder, String prompt, int count)
      throws IOException {
    SchedulerConfigFile own = folder.schedulerConfig();
    double scale = guidance.orElse(model.isShipped() ? SHIPPED_GUIDANCE : GUIDANCE);
    try {
      return GenerationRequest.of(prompt)
          .with(
              request ->
                  request
                      .negativePrompt(negativePrompt)
                      .clipSkip(clipSkip.map(OptionalInt::of).orElse(OptionalInt.empty()))
                      .guidance(new ClassifierFreeGuidance(scale, guidanceRescale))
                      .steps(steps)
                      .scheduler(own.config(scheduler.orElseGet(own::type)))
                      .eta(eta)
                      .count(count)
                      .seed(seed));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command.commandLine(), e.getMessage(), e);
    }
  }

  /** How pictures were made, to keep beside their pixels; a map that more may be added to. */
  static Map<String, String> texts(
      GenerationRequest request, ModelOption model, Execution execution) {
    SchedulerType type = SchedulerType.of(request.scheduler().orElseThrow());
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put("prompt", request.prompt());
    texts.put("negative_prompt", request.negativePrompt());
    texts.put("seed", String.valueOf(request.seed()));
    texts.put("steps", String.valueOf(request.steps()));
    texts.put("guidance_scale", String.valueOf(request.guidance().guidanceScale()));
    texts.put("guidance_rescale", String.valueOf(request.guidance().guidanceRescale()));
    request.clipSkip().ifPresent(layers -> texts.put("clip_skip", String.valueOf(layers)));
    texts.put("scheduler", lowerCase(type));
    texts.put("eta", String.valueOf(request.eta()));
    if (!(request.task() instanceof Task.TextToImage)) {
      texts.put("strength", String.valueOf(request.task().strength()));
    }
    texts.put("model", model.name());
    texts.put("precision", lowerCase(execution.precision()));
    return texts;
  }

  private static String lowerCase(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  /** How many of so many pictures to make at a time: one on each processor. */
  static int parallel(int count) {
    return Math.min(count, Runtime.getRuntime().availableProcessors());
  }
}

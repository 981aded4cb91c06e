package org.diffusion4j.examples.cli;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.diffusion4j.diffusion.pipeline.ModelFolder;
import org.diffusion4j.diffusion.pipeline.TextToImageRequest;
import org.diffusion4j.diffusion.sample.SchedulerType;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The options of everything that generates pictures. */
final class SamplingOptions {
  @Option(
      names = "--steps",
      paramLabel = "COUNT",
      defaultValue = "20",
      description = "The number of denoising steps.")
  int steps;

  @Option(
      names = "--guidance",
      paramLabel = "SCALE",
      defaultValue = "3",
      description = "How strongly to follow the sentence; 1 for no guidance.")
  double guidance;

  @Option(
      names = "--negative-prompt",
      paramLabel = "TEXT",
      defaultValue = "",
      showDefaultValue = CommandLine.Help.Visibility.NEVER,
      description = "What the picture should not show.")
  String negativePrompt;

  @Option(
      names = "--seed",
      paramLabel = "NUMBER",
      defaultValue = "0",
      description = "The seed of the first picture; the next has the next seed.")
  long seed;

  @Option(
      names = "--sampler",
      paramLabel = "NAME",
      description =
          "What removes the noise: ${COMPLETION-CANDIDATES} (capitals or not). Default: the model's"
              + " own.")
  Optional<SchedulerType> sampler;

  @Option(
      names = "--eta",
      paramLabel = "SHARE",
      defaultValue = "0",
      description = "For ddim and tcd: noise added in each step, from 0 (none) to 1.")
  double eta;

  /**
   * What to generate.
   *
   * @throws ParameterException if an option is out of its range
   */
  TextToImageRequest request(CommandSpec command, String prompt, int count) {
    try {
      return TextToImageRequest.builder(prompt)
          .negativePrompt(negativePrompt)
          .count(count)
          .steps(steps)
          .guidanceScale(guidance)
          .seed(seed)
          .sampler(sampler)
          .eta(eta)
          .build();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command.commandLine(), e.getMessage(), e);
    }
  }

  /** How many of so many pictures to make at a time: one on each processor. */
  static int parallel(int count) {
    return Math.min(count, Runtime.getRuntime().availableProcessors());
  }

  /** How pictures were made, to keep beside their pixels. */
  static Map<String, String> texts(TextToImageRequest request, ModelFolder model)
      throws IOException {
    SchedulerType sampler = request.sampler().orElse(model.schedulerConfig().type());
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put("prompt", request.prompt());
    texts.put("negative_prompt", request.negativePrompt());
    texts.put("seed", String.valueOf(request.seed()));
    texts.put("steps", String.valueOf(request.steps()));
    texts.put("guidance_scale", String.valueOf(request.guidanceScale()));
    texts.put("sampler", sampler.name().toLowerCase(Locale.ROOT));
    texts.put("eta", String.valueOf(request.eta()));
    return texts;
  }
}

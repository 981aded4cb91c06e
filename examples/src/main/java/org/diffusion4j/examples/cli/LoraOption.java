package org.diffusion4j.examples.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.diffusion4j.diffusion.pipeline.ModelFolder;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that say which adapters to use with a model. */
final class LoraOption {
  @Spec(Spec.Target.MIXEE)
  CommandSpec command;

  @Option(
      names = "--lora",
      paramLabel = "FILE",
      showDefaultValue = CommandLine.Help.Visibility.NEVER,
      description =
          "A LoRA adapter to merge into the model, in the naming of diffusers, peft or kohya-ss; may"
              + " be given several times.")
  List<Path> files = List.of();

  @Option(
      names = "--lora-scale",
      paramLabel = "SCALE",
      showDefaultValue = CommandLine.Help.Visibility.NEVER,
      description =
          "The strength of the adapter, 1 if not given: once for all adapters, or for each of"
              + " them in their order.")
  List<Double> scales = List.of();

  /**
   * The model with the adapters.
   *
   * @throws ParameterException if the scales are not as many as the files, or one is not finite
   * @throws org.diffusion4j.core.InvalidFileException if a file is damaged or for another model
   */
  ModelFolder applyTo(ModelFolder model) throws IOException {
    boolean oneForAll = scales.size() == 1 && !files.isEmpty();
    OptionRules.require(
        command,
        scales.isEmpty() || oneForAll || scales.size() == files.size(),
        "number of --lora-scale",
        scales.size(),
        "must be 1 or that of --lora (=" + files.size() + ")");
    ModelFolder adapted = model;
    for (int i = 0; i < files.size(); i++) {
      adapted = adapted.withLora(files.get(i), scale(i));
    }
    return adapted;
  }

  /** The adapters by the names of their files, each with its scale. */
  String text() {
    return IntStream.range(0, files.size())
        .mapToObj(i -> files.get(i).getFileName() + ":" + scale(i))
        .collect(Collectors.joining(", "));
  }

  private double scale(int file) {
    double scale = scales.isEmpty() ? 1 : scales.get(scales.size() == 1 ? 0 : file);
    OptionRules.require(command, Double.isFinite(scale), "--lora-scale", scale, "must be finite");
    return scale;
  }
}

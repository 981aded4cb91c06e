package org.diffusion4j.examples.cli;

import java.io.IOException;
import java.util.Optional;
import java.util.OptionalInt;
import org.diffusion4j.diffusion.pipeline.ModelFolder;
import org.diffusion4j.diffusion.pipeline.OnnxPart;
import org.diffusion4j.diffusion.pipeline.PartGraph;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that say for which shapes a part of a model is built. */
final class PartShapeOptions {
  @Spec(Spec.Target.MIXEE)
  CommandSpec command;

  @Option(
      names = "--height",
      paramLabel = "PIXELS",
      description =
          "The height of the pictures, of the U-Net too, which sees their latents. Without it that"
              + " which the model was trained at.")
  Optional<Integer> height;

  @Option(names = "--width", paramLabel = "PIXELS", description = "As the height.")
  Optional<Integer> width;

  @Option(
      names = "--batch",
      paramLabel = "ROWS",
      defaultValue = "1",
      description =
          "The number of pictures or texts that the model takes at a time. With guidance, the U-Net"
              + " takes two rows for each picture.")
  int batch;

  /**
   * Checks each option alone, before a model is read.
   *
   * @throws ParameterException if one is out of its range
   */
  void check() {
    OptionRules.atLeastOne(command, "--batch", batch);
    height.ifPresent(pixels -> OptionRules.atLeastOne(command, "--height", pixels));
    width.ifPresent(pixels -> OptionRules.atLeastOne(command, "--width", pixels));
  }

  /**
   * The part of a model.
   *
   * @throws ParameterException if the model has no pictures of that size
   */
  PartGraph build(OnnxPart part, ModelFolder folder) throws IOException {
    try {
      return part.of(folder, new OnnxPart.Shape(batch, optional(height), optional(width)));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command.commandLine(), e.getMessage(), e);
    }
  }

  private static OptionalInt optional(Optional<Integer> side) {
    return side.map(OptionalInt::of).orElse(OptionalInt.empty());
  }
}

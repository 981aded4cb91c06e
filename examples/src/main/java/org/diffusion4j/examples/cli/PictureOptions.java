package org.diffusion4j.examples.cli;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.diffusion4j.core.data.ImageDataSet;
import org.diffusion4j.examples.data.PictureFiles;
import org.diffusion4j.examples.model.FashionModels;
import org.nd4j.linalg.api.ndarray.INDArray;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The pictures to show a model: files, or some of the held-out set. */
final class PictureOptions {
  private static final int MAX_COUNT = 100;

  /**
   * Pictures of the model's size.
   *
   * @param images {@code [n, 1, h, w]} in [-1,1]
   * @param names what to call each
   */
  record Pictures(INDArray images, List<String> names) {}

  @Parameters(
      paramLabel = "FILE",
      arity = "0..*",
      showDefaultValue = CommandLine.Help.Visibility.NEVER,
      description = "PNG or JPEG files; of each the middle square, in gray.")
  List<Path> files = List.of();

  @Mixin DataOption data;

  @Option(
      names = "--count",
      paramLabel = "COUNT",
      defaultValue = "8",
      description = "How many held-out pictures to take where no files are given.")
  int count;

  @Option(
      names = "--seed",
      paramLabel = "NUMBER",
      defaultValue = "0",
      description = "The seed of the choice of held-out pictures.")
  long seed;

  Pictures read(CommandSpec command) {
    if (!files.isEmpty()) {
      return new Pictures(
          PictureFiles.read(files, FashionModels.IMAGE_SIZE),
          files.stream().map(Path::toString).toList());
    }
    OptionRules.require(
        command,
        count >= 1 && count <= MAX_COUNT,
        "--count",
        count,
        "must be between 1 and " + MAX_COUNT);
    ImageDataSet heldOut = data.read().heldOut().padded(FashionModels.IMAGE_SIZE);
    int[] chosen = heldOut.order(seed).batch(0, count);
    return new Pictures(
        heldOut.images(chosen),
        Arrays.stream(chosen)
            .mapToObj(
                i ->
                    "held-out picture "
                        + i
                        + " ("
                        + heldOut.labelNames().get(heldOut.label(i))
                        + ")")
            .toList());
  }
}

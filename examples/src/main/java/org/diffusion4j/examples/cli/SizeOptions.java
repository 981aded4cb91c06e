package org.diffusion4j.examples.cli;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import org.diffusion4j.core.image.ColorMode;
import org.diffusion4j.core.image.ImageFiles;
import org.diffusion4j.core.image.PixelImage;
import org.diffusion4j.diffusion.pipeline.LatentGeometry;
import org.diffusion4j.diffusion.pipeline.Task;
import org.diffusion4j.vae.VaeImageProcessor;
import org.nd4j.linalg.api.ndarray.INDArray;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options for the size of pictures. */
final class SizeOptions {
  private static final int GRAY = 1;

  @Spec(Spec.Target.MIXEE)
  CommandSpec command;

  @Option(
      names = "--height",
      paramLabel = "PIXELS",
      description =
          "A multiple of 4 for the model in the jar, of 8 for Stable Diffusion. Without it that"
              + " which the model was trained at, or in the proportions of a given picture.")
  Optional<Integer> height;

  @Option(names = "--width", paramLabel = "PIXELS", description = "As the height.")
  Optional<Integer> width;

  /**
   * Text to image at the size that was asked for.
   *
   * @throws picocli.CommandLine.ParameterException if the model makes none of that size
   */
  Task.TextToImage textToImage(LatentGeometry geometry) {
    check(geometry);
    return new Task.TextToImage(optional(height), optional(width));
  }

  private static OptionalInt optional(Optional<Integer> side) {
    return side.map(OptionalInt::of).orElse(OptionalInt.empty());
  }

  private void check(LatentGeometry geometry) {
    height.ifPresent(pixels -> check("--height", pixels, geometry));
    width.ifPresent(pixels -> check("--width", pixels, geometry));
  }

  private void check(String option, int pixels, LatentGeometry geometry) {
    OptionRules.atLeastOne(command, option, pixels);
    OptionRules.require(
        command,
        pixels % geometry.downscale() == 0,
        option,
        pixels,
        "must be divisible by " + geometry.downscale());
  }

  /**
   * A picture in a file, at the size that was asked for, else as large as the model's own pictures
   * and in its own proportions.
   *
   * @return {@code [1, c, h, w]} in [-1,1] with the channels of the model
   * @throws org.diffusion4j.core.InvalidFileException if the file is no picture
   * @throws picocli.CommandLine.ParameterException if the model makes none of that size
   */
  INDArray read(Path file, LatentGeometry geometry) {
    check(geometry);
    boolean gray = geometry.imageChannels() == GRAY;
    PixelImage picture = ImageFiles.readPixels(file, gray ? ColorMode.GRAY : ColorMode.RGB);
    double scale = scale(picture, geometry);
    return new VaeImageProcessor(
            true,
            geometry.downscale(),
            VaeImageProcessor.ofImages(geometry.downscale()).resample(),
            true,
            false,
            !gray,
            gray)
        .preprocess(
            picture,
            height.orElseGet(() -> fitted(picture.height() * scale, geometry)),
            width.orElseGet(() -> fitted(picture.width() * scale, geometry)));
  }

  /** To the side that was asked for, else to as many pixels as the model's own pictures have. */
  private double scale(PixelImage picture, LatentGeometry geometry) {
    if (height.isPresent()) {
      return height.get() / (double) picture.height();
    } else if (width.isPresent()) {
      return width.get() / (double) picture.width();
    }
    double pixels = (double) picture.height() * picture.width();
    return geometry
        .sampleSize()
        .map(
            size ->
                geometry.downscale() * Math.sqrt((double) size.height() * size.width() / pixels))
        .orElse(1.0);
  }

  private static int fitted(double side, LatentGeometry geometry) {
    int downscale = geometry.downscale();
    return Math.max(1, (int) Math.round(side / downscale)) * downscale;
  }
}

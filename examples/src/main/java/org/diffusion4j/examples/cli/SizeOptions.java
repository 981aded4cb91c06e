package org.diffusion4j.examples.cli;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import org.diffusion4j.core.image.ColorMode;
import org.diffusion4j.core.image.ImageFiles;
import org.diffusion4j.core.image.PixelImage;
import org.diffusion4j.diffusion.pipeline.LatentGeometry;
import org.diffusion4j.vae.VaeImageProcessor;
import org.nd4j.linalg.api.ndarray.INDArray;
import picocli.CommandLine.Option;

/** The options for the size of pictures. */
final class SizeOptions {
  private static final int GRAY = 1;

  @Option(
      names = "--height",
      paramLabel = "PIXELS",
      description =
          "Without it that which the model was trained at, or in the proportions of a given"
              + " picture.")
  Optional<Integer> height;

  @Option(names = "--width", paramLabel = "PIXELS", description = "As the height.")
  Optional<Integer> width;

  /** What was asked for. */
  OptionalInt height() {
    return height.map(OptionalInt::of).orElse(OptionalInt.empty());
  }

  /** What was asked for. */
  OptionalInt width() {
    return width.map(OptionalInt::of).orElse(OptionalInt.empty());
  }

  /**
   * A picture in a file, at the size that was asked for, else as large as the model's own pictures
   * and in its own proportions.
   *
   * @return {@code [1, c, h, w]} in [-1,1] with the channels of the model
   * @throws org.diffusion4j.core.InvalidFileException if the file is no picture
   */
  INDArray read(Path file, LatentGeometry geometry) {
    boolean gray = geometry.imageChannels() == GRAY;
    PixelImage picture = ImageFiles.readPixels(file, gray ? ColorMode.GRAY : ColorMode.RGB);
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
            height.orElseGet(() -> fitted(picture.height(), picture, geometry)),
            width.orElseGet(() -> fitted(picture.width(), picture, geometry)));
  }

  /** A side of the picture so that it has as many pixels as the model's own. */
  private static int fitted(int side, PixelImage picture, LatentGeometry geometry) {
    int downscale = geometry.downscale();
    double pixels = (double) picture.height() * picture.width();
    double scale =
        geometry
            .sampleSize()
            .map(size -> downscale * Math.sqrt((double) size.height() * size.width() / pixels))
            .orElse(1.0);
    return Math.max(1, (int) Math.round(side * scale / downscale)) * downscale;
  }
}

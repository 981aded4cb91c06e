package org.diffusion4j.diffusion.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import org.diffusion4j.core.check.Require;
import org.diffusion4j.core.config.SampleSize;
import org.diffusion4j.core.data.CaptionedImageRecordReader;
import org.diffusion4j.core.data.ImageDataSet;
import org.diffusion4j.core.image.ColorMode;
import org.diffusion4j.diffusion.pipeline.ModelFolder;

/** The pictures of a folder as a model takes them: their size, and gray or in colour. */
public final class TrainingPictures {
  private TrainingPictures() {}

  /**
   * Reads all pictures, each scaled until it covers the size and cut to its middle; a pixel takes a
   * byte for each channel.
   *
   * @param folder see {@link CaptionedImageRecordReader}
   * @param resolution height and width in pixels; if empty those that the U-Net was trained at
   * @throws IllegalArgumentException if the resolution is not divisible by the autoencoder's
   *     downscale, if it is not known, or if the model's images are neither gray nor RGB
   * @throws org.diffusion4j.core.InvalidFileException if the folder lacks captions, or a file of it
   *     or of the model is missing or damaged
   */
  public static ImageDataSet read(Path folder, ModelFolder model, OptionalInt resolution)
      throws IOException {
    int downscale = model.vaeConfig().downscale();
    SampleSize size = size(model, downscale, resolution);
    try (CaptionedImageRecordReader reader =
        new CaptionedImageRecordReader(size.height(), size.width(), mode(model))) {
      reader.initialize(CaptionedImageRecordReader.split(folder));
      return ImageDataSet.read(reader);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while reading " + folder, e);
    }
  }

  private static SampleSize size(ModelFolder model, int downscale, OptionalInt resolution)
      throws IOException {
    if (resolution.isPresent()) {
      Require.positive("resolution", resolution.getAsInt());
      Require.divisible(
          "resolution", resolution.getAsInt(), "downscale of the autoencoder", downscale);
      return SampleSize.of(resolution.getAsInt());
    }
    Optional<SampleSize> trained = model.unetConfig().sampleSize();
    return trained
        .map(latents -> new SampleSize(latents.height() * downscale, latents.width() * downscale))
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "resolution must be given: the U-Net's config has no sample_size"));
  }

  private static ColorMode mode(ModelFolder model) throws IOException {
    int channels = model.vaeConfig().inChannels();
    for (ColorMode mode : ColorMode.values()) {
      if (mode.channels() == channels) {
        return mode;
      }
    }
    throw new IllegalArgumentException(
        "in_channels of the autoencoder (=" + channels + ") must be 1 or 3");
  }
}

package org.diffusion4j.clip.image;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.diffusion4j.core.InvalidFileException;
import org.diffusion4j.core.check.Require;
import org.diffusion4j.core.image.Resampling;

/**
 * What {@link ClipImageProcessor} does; components are the fields of transformers' {@code
 * preprocessor_config.json}.
 *
 * @param doResize whether pictures are resized
 * @param size to what
 * @param resample by which filter
 * @param doCenterCrop whether their middle is cut out
 * @param cropSize in what size
 * @param doRescale whether their bytes, 0 to 255, are multiplied
 * @param rescaleFactor by what
 * @param doNormalize whether a mean is subtracted from the result, which is then divided by a
 *     deviation
 * @param imageMean the mean of each channel
 * @param imageStd the deviation of each channel
 * @param doConvertRgb whether gray pictures get three equal channels
 */
public record ClipImageProcessorConfig(
    boolean doResize,
    ImageSize size,
    Resampling resample,
    boolean doCenterCrop,
    ImageSize.HeightWidth cropSize,
    boolean doRescale,
    double rescaleFactor,
    boolean doNormalize,
    List<Double> imageMean,
    List<Double> imageStd,
    boolean doConvertRgb) {
  private static final int RGB = 3;

  public ClipImageProcessorConfig {
    imageMean = List.copyOf(imageMean);
    imageStd = List.copyOf(imageStd);
    Require.positive("rescaleFactor", rescaleFactor);
    imageMean.forEach(mean -> Require.finite("imageMean", mean));
    imageStd.forEach(
        std ->
            Require.that(
                std.floatValue() > 0 && std.floatValue() < Float.POSITIVE_INFINITY,
                "imageStd",
                std,
                "must be positive and finite"));
    Require.equal("length of imageStd", imageStd.size(), "length of imageMean", imageMean.size());
    Require.that(
        !(doNormalize && doConvertRgb) || imageMean.size() == RGB,
        "imageMean",
        imageMean,
        "must have 3 values, one for each of red, green, blue");
  }

  /**
   * What transformers does unless told otherwise, with the statistics of the pictures that OpenAI
   * trained CLIP on.
   *
   * @param side height and width of the model's images
   */
  public static ClipImageProcessorConfig openAi(int side) {
    return new ClipImageProcessorConfig(
        true,
        new ImageSize.ShortestEdge(side),
        Resampling.BICUBIC,
        true,
        new ImageSize.HeightWidth(side, side),
        true,
        1 / 255.0,
        true,
        List.of(0.48145466, 0.4578275, 0.40821073),
        List.of(0.26862954, 0.26130258, 0.27577711),
        true);
  }

  /**
   * Reads a {@code preprocessor_config.json}.
   *
   * <p>Fields that are missing or null are those of {@link #openAi openAi(224)}; fields that are no
   * components are ignored, as transformers does.
   *
   * @throws InvalidFileException if the file is missing, no JSON, of another kind of processor, or
   *     if a field is out of its range
   */
  public static ClipImageProcessorConfig read(Path file) throws IOException {
    return PreprocessorFile.read(file);
  }
}

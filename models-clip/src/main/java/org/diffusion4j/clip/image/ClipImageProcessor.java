package org.diffusion4j.clip.image;

import java.util.List;
import org.diffusion4j.core.check.Require;
import org.diffusion4j.core.image.ColorMode;
import org.diffusion4j.core.image.Crop;
import org.diffusion4j.core.image.PixelImage;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * From pictures to what CLIP's vision model takes, value for value as transformers' {@code
 * CLIPImageProcessor}.
 *
 * <p>Files with transparency give the reference's values where they were read with {@link
 * org.diffusion4j.core.image.Transparency#DROPPED}.
 */
public final class ClipImageProcessor {
  private static final int BYTE_VALUES = 256;

  private final ClipImageProcessorConfig config;

  public ClipImageProcessor(ClipImageProcessorConfig config) {
    this.config = config;
  }

  /** The configuration. */
  public ClipImageProcessorConfig config() {
    return config;
  }

  /**
   * The pixel values of pictures.
   *
   * @param images n pictures, at least one
   * @return FLOAT [n,c,h,w]; c is 3 where the config asks for RGB, h and w are its crop size
   * @throws IllegalArgumentException if the pictures don't come to one size, have not as many
   *     channels as the config has means, or become too large on the way
   */
  public INDArray preprocess(List<PixelImage> images) {
    Require.positive("number of images", images.size());
    PixelImage first = sized(images.get(0));
    int size = first.values().length;
    float[] pixels = new float[Math.multiplyExact(images.size(), size)];
    for (int n = 0; n < images.size(); n++) {
      PixelImage image = n == 0 ? first : sized(images.get(n));
      Require.that(
          image.channels() == first.channels()
              && image.height() == first.height()
              && image.width() == first.width(),
          "shape of image " + n,
          shape(image),
          "must be that of image 0 (=" + shape(first) + ")");
      putValues(image, pixels, n * size);
    }
    return Nd4j.createFromArray(pixels)
        .reshape('c', images.size(), first.channels(), first.height(), first.width());
  }

  private PixelImage sized(PixelImage image) {
    PixelImage sized = config.doConvertRgb() ? image.converted(ColorMode.RGB) : image;
    if (config.doResize()) {
      sized = config.size().resize(sized, config.resample());
    }
    if (config.doCenterCrop()) {
      sized = Crop.center(sized, config.cropSize().height(), config.cropSize().width());
    }
    return sized;
  }

  private void putValues(PixelImage image, float[] pixels, int start) {
    if (config.doNormalize()) {
      Require.equal(
          "channels of image", image.channels(), "length of imageMean", config.imageMean().size());
    }
    int plane = image.height() * image.width();
    for (int channel = 0; channel < image.channels(); channel++) {
      float[] values = values(channel);
      for (int i = channel * plane; i < (channel + 1) * plane; i++) {
        pixels[start + i] = values[Byte.toUnsignedInt(image.values()[i])];
      }
    }
  }

  /** What each byte becomes; rounded to single precision where the reference rounds. */
  private float[] values(int channel) {
    float[] values = new float[BYTE_VALUES];
    for (int i = 0; i < values.length; i++) {
      values[i] = config.doRescale() ? (float) (i * config.rescaleFactor()) : i;
      if (config.doNormalize()) {
        float mean = config.imageMean().get(channel).floatValue();
        float std = config.imageStd().get(channel).floatValue();
        values[i] = (values[i] - mean) / std;
      }
    }
    return values;
  }

  private static String shape(PixelImage image) {
    return "[" + image.channels() + ", " + image.height() + ", " + image.width() + "]";
  }
}

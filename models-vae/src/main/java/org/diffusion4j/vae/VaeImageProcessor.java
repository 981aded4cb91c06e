package org.diffusion4j.vae;

import java.util.ArrayList;
import java.util.List;
import org.diffusion4j.core.check.Require;
import org.diffusion4j.core.image.ColorMode;
import org.diffusion4j.core.image.PixelImage;
import org.diffusion4j.core.image.Resampling;
import org.diffusion4j.core.image.Resize;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * From pictures to what an autoencoder takes, and from what it gives to pictures, value for value
 * as diffusers' {@code VaeImageProcessor}.
 *
 * <p>Files with transparency give the reference's values where they were read with {@link
 * org.diffusion4j.core.image.Transparency#DROPPED}.
 *
 * @param doResize whether pictures are resized
 * @param vaeScaleFactor height and width are cut to multiples of it, {@link
 *     AutoencoderKLConfig#downscale()}
 * @param resample by which filter they are resized
 * @param doNormalize whether values are in [-1,1], not in [0,1]
 * @param doBinarize whether values become 0 below the middle of [0,1] and 1 from there on
 * @param doConvertRgb whether gray pictures get three equal channels
 * @param doConvertGrayscale whether colored pictures become gray
 */
public record VaeImageProcessor(
    boolean doResize,
    int vaeScaleFactor,
    Resampling resample,
    boolean doNormalize,
    boolean doBinarize,
    boolean doConvertRgb,
    boolean doConvertGrayscale) {
  private static final float WHITE = 255;
  private static final float HALF = 0.5f;

  public VaeImageProcessor {
    Require.positive("vaeScaleFactor", vaeScaleFactor);
    Require.that(
        !(doConvertRgb && doConvertGrayscale),
        "doConvertGrayscale",
        true,
        "must be false where doConvertRgb is true");
  }

  /** A processor of pictures in RGB, resized by {@link Resampling#LANCZOS}, in [-1,1]. */
  public static VaeImageProcessor ofImages(int vaeScaleFactor) {
    return new VaeImageProcessor(
        true, vaeScaleFactor, Resampling.LANCZOS, true, false, true, false);
  }

  /** A processor of masks: gray, 1 where the mask is at least half white and 0 elsewhere. */
  public static VaeImageProcessor ofMasks(int vaeScaleFactor) {
    return new VaeImageProcessor(
        true, vaeScaleFactor, Resampling.LANCZOS, false, true, false, true);
  }

  /** The same with another filter. */
  public VaeImageProcessor withResample(Resampling other) {
    return new VaeImageProcessor(
        doResize, vaeScaleFactor, other, doNormalize, doBinarize, doConvertRgb, doConvertGrayscale);
  }

  /**
   * A picture at its own size, cut to multiples of {@code vaeScaleFactor} where it is resized.
   *
   * @return FLOAT [1,c,h,w]
   * @throws IllegalArgumentException if a side is below {@code vaeScaleFactor}
   */
  public INDArray preprocess(PixelImage image) {
    return preprocess(image, image.height(), image.width());
  }

  /**
   * A picture at a size.
   *
   * @param height cut to a multiple of {@code vaeScaleFactor}; ignored where nothing is resized
   * @param width as the height
   * @return FLOAT [1,c,h,w]
   * @throws IllegalArgumentException if a side is below {@code vaeScaleFactor}, or a side or the
   *     number of pixels is too large
   */
  public INDArray preprocess(PixelImage image, int height, int width) {
    PixelImage prepared = image;
    if (doResize) {
      prepared = Resize.resize(image, cut("height", height), cut("width", width), resample);
    }
    // The reference resizes colors and converts afterwards.
    if (doConvertRgb) {
      prepared = prepared.converted(ColorMode.RGB);
    } else if (doConvertGrayscale) {
      prepared = prepared.converted(ColorMode.GRAY);
    }
    float[] pixels = new float[prepared.values().length];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = pixel(Byte.toUnsignedInt(prepared.values()[i]) / WHITE);
    }
    return Nd4j.createFromArray(pixels)
        .reshape('c', 1, prepared.channels(), prepared.height(), prepared.width());
  }

  private int cut(String name, int side) {
    Require.that(
        side >= vaeScaleFactor,
        name,
        side,
        "must be at least vaeScaleFactor (=" + vaeScaleFactor + ")");
    return side - side % vaeScaleFactor;
  }

  private float pixel(float fraction) {
    float pixel = doNormalize ? 2 * fraction - 1 : fraction;
    if (doBinarize) {
      return pixel < HALF ? 0 : 1;
    }
    return pixel;
  }

  /**
   * What an autoencoder gives as parts of white.
   *
   * @param images [n,c,h,w], about in [-1,1] where {@code doNormalize}, else returned as they are
   * @return FLOAT [n,c,h,w], {@code x / 2 + 0.5} clamped to [0,1]
   */
  public INDArray postprocess(INDArray images) {
    Require.that(images.rank() == 4, "rank of images", images.rank(), "must be 4");
    float[] pixels = images.castTo(DataType.FLOAT).dup('c').data().asFloat();
    if (doNormalize) {
      for (int i = 0; i < pixels.length; i++) {
        pixels[i] = Math.max(0, Math.min(1, pixels[i] / 2 + HALF));
      }
    }
    return Nd4j.createFromArray(pixels).reshape('c', images.shape());
  }

  /**
   * What an autoencoder gives as pictures.
   *
   * @param images [n,c,h,w] with c 1 or 3, about in [-1,1] where {@code doNormalize}, else in [0,1]
   * @return the n pictures, {@code 255 x} rounded, halves to the even neighbor; NaN is black
   */
  public List<PixelImage> toPictures(INDArray images) {
    INDArray fractions = postprocess(images);
    float[] pixels = fractions.data().asFloat();
    int channels = Math.toIntExact(fractions.size(1));
    int height = Math.toIntExact(fractions.size(2));
    int width = Math.toIntExact(fractions.size(3));
    int size = channels * height * width;
    List<PixelImage> pictures = new ArrayList<>();
    for (int start = 0; start < pixels.length; start += size) {
      byte[] values = new byte[size];
      for (int i = 0; i < size; i++) {
        double value = Math.rint(pixels[start + i] * WHITE);
        values[i] = (byte) Math.max(0, Math.min(WHITE, value));
      }
      pictures.add(new PixelImage(channels, height, width, values));
    }
    return pictures;
  }
}

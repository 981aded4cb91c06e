package org.diffusion4j.diffusion.pipeline;

import java.util.Arrays;
import java.util.OptionalInt;
import org.diffusion4j.core.check.Require;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What an image is made from besides the words.
 *
 * <p>With a strength below 1, a run leaves out the first of its steps: of n steps it makes the last
 * {@code floor(n strength)}, from the given image with as much noise as is left then.
 */
public sealed interface Task {
  /** From here on, a mask is 1. */
  double MASK_THRESHOLD = 0.5;

  /** Of a prompt alone, at the model's own size. */
  Task TEXT_TO_IMAGE = new TextToImage(OptionalInt.empty(), OptionalInt.empty());

  /** How much is made anew: from above 0 to 1, which leaves out no step. */
  double strength();

  /**
   * Of a prompt alone.
   *
   * @param height in pixels, divisible by the downscale of the autoencoder; empty for the size that
   *     the model was trained at
   * @param width likewise
   */
  record TextToImage(OptionalInt height, OptionalInt width) implements Task {

    /** Checks that sizes are positive. */
    public TextToImage {
      height.ifPresent(pixels -> Require.positive("height", pixels));
      width.ifPresent(pixels -> Require.positive("width", pixels));
    }

    @Override
    public double strength() {
      return 1;
    }
  }

  /**
   * From an image (Meng et al. 2022, SDEdit).
   *
   * @param image {@code [1, c, h, w]} in [-1,1], h and w divisible by the downscale of the
   *     autoencoder
   * @param strength from above 0 (the image as it is) to 1 (hardly anything left of it)
   */
  record ImageToImage(INDArray image, double strength) implements Task {

    /** Checks the strength and that there is one image. */
    public ImageToImage {
      requireImage(image);
      requireStrength(strength);
    }
  }

  /**
   * A part of an image anew (Lugmayr et al. 2022; Rombach et al. 2022, section 4.5).
   *
   * <p>A U-Net of 9 channels sees the mask and the rest of the image. To one of 4 channels, the
   * rest is given back after each step, with the noise of that step.
   *
   * @param image {@code [1, c, h, w]} in [-1,1], h and w divisible by the downscale of the
   *     autoencoder
   * @param mask {@code [1, 1, h, w]}, 1 where the image is made anew and 0 where it stays; split at
   *     one half
   * @param strength from above 0 to 1; at 1 the part is made from noise alone
   */
  record Inpainting(INDArray image, INDArray mask, double strength) implements Task {

    /** Checks the strength, and that the mask is one of the image. */
    public Inpainting {
      requireImage(image);
      long[] shape = {1, 1, image.size(2), image.size(3)};
      Require.that(
          Arrays.equals(mask.shape(), shape),
          "shape of mask",
          Arrays.toString(mask.shape()),
          "must be " + Arrays.toString(shape));
      requireStrength(strength);
    }

    /** The image with the middle gray where it is made anew. */
    INDArray masked() {
      return image.mul(mask.lt(MASK_THRESHOLD).castTo(image.dataType()));
    }

    /**
     * The mask by latent pixel: of each square, the value at its upper left corner.
     *
     * @return {@code h / downscale * w / downscale} values, 0 or 1
     */
    float[] latentMask(int downscale) {
      int height = Math.toIntExact(mask.size(2)) / downscale;
      int width = Math.toIntExact(mask.size(3)) / downscale;
      float[] values = new float[height * width];
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          double value = mask.getDouble(0, 0, (long) y * downscale, (long) x * downscale);
          values[y * width + x] = value < MASK_THRESHOLD ? 0 : 1;
        }
      }
      return values;
    }
  }

  private static void requireImage(INDArray image) {
    Require.that(
        image.rank() == 4 && image.size(0) == 1,
        "shape of image",
        Arrays.toString(image.shape()),
        "must be [1, c, h, w]");
  }

  private static void requireStrength(double strength) {
    Require.that(strength > 0 && strength <= 1, "strength", strength, "must be above 0, up to 1");
  }
}

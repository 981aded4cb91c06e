package org.diffusion4j.clip.image;

import org.diffusion4j.core.check.Require;
import org.diffusion4j.core.image.PixelImage;
import org.diffusion4j.core.image.Resampling;
import org.diffusion4j.core.image.Resize;

/** The size that pictures are brought to. */
public sealed interface ImageSize {

  /**
   * The picture at this size.
   *
   * @throws IllegalArgumentException if a side or the number of pixels becomes too large
   */
  PixelImage resize(PixelImage image, Resampling resample);

  /**
   * One that keeps the aspect ratio.
   *
   * @param shortestEdge the shorter side in pixels
   */
  record ShortestEdge(int shortestEdge) implements ImageSize {
    public ShortestEdge {
      Require.positive("shortestEdge", shortestEdge);
    }

    @Override
    public PixelImage resize(PixelImage image, Resampling resample) {
      return Resize.shortestEdge(image, shortestEdge, resample);
    }
  }

  /**
   * One that gives the aspect ratio up.
   *
   * @param height in pixels
   * @param width in pixels
   */
  record HeightWidth(int height, int width) implements ImageSize {
    public HeightWidth {
      Require.positive("height", height);
      Require.positive("width", width);
    }

    @Override
    public PixelImage resize(PixelImage image, Resampling resample) {
      return Resize.resize(image, height, width, resample);
    }
  }
}

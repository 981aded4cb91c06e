package org.diffusion4j.clip.image;

import static org.diffusion4j.core.testing.TensorAssertions.assertClose;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.diffusion4j.core.image.ColorMode;
import org.diffusion4j.core.image.ImageFiles;
import org.diffusion4j.core.image.PixelImage;
import org.diffusion4j.core.image.Resampling;
import org.diffusion4j.core.testing.TestResources;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class ClipImageProcessorTest {
  private static final String FOLDER = "golden/image-processing/";

  @Test
  void valuesAreThoseOfTheReference() {
    INDArray expected = TestResources.golden(FOLDER + "io.json").tensor("clip_pixel_values");
    PixelImage image =
        ImageFiles.readPixels(TestResources.path(FOLDER + "image.png"), ColorMode.RGB);
    ClipImageProcessor processor = new ClipImageProcessor(ClipImageProcessorConfig.openAi(24));
    assertClose(expected, processor.preprocess(List.of(image)), 0, 0, "pixel_values");
  }

  @Test
  void aBatchHoldsOnePictureAfterTheOther() {
    ClipImageProcessor processor = new ClipImageProcessor(ClipImageProcessorConfig.openAi(5));
    PixelImage first = picture(1, 7, 11);
    PixelImage second = picture(3, 13, 5);
    INDArray both = processor.preprocess(List.of(first, second));
    assertArrayEquals(new long[] {2, 3, 5, 5}, both.shape());
    assertEquals(processor.preprocess(List.of(first)), both.get(NDArrayIndex.interval(0, 1)).dup());
    assertEquals(
        processor.preprocess(List.of(second)), both.get(NDArrayIndex.interval(1, 2)).dup());
  }

  @Test
  void eachStageCanBeLeftOut() {
    ClipImageProcessorConfig bare =
        new ClipImageProcessorConfig(
            false,
            new ImageSize.ShortestEdge(3),
            Resampling.BICUBIC,
            false,
            new ImageSize.HeightWidth(3, 3),
            false,
            1,
            false,
            List.of(0.5),
            List.of(0.25),
            false);
    PixelImage dots = new PixelImage(1, 1, 2, new byte[] {0, (byte) 200});
    assertEquals(row(0, 200), new ClipImageProcessor(bare).preprocess(List.of(dots)));
    ClipImageProcessorConfig normalizing =
        new ClipImageProcessorConfig(
            false,
            bare.size(),
            bare.resample(),
            false,
            bare.cropSize(),
            true,
            0.01,
            true,
            bare.imageMean(),
            bare.imageStd(),
            false);
    // (0 - 0.5) / 0.25 and (2 - 0.5) / 0.25
    assertEquals(row(-2, 6), new ClipImageProcessor(normalizing).preprocess(List.of(dots)));
  }

  @Test
  void linesAndSinglePixelsAreResizedAndCropped() {
    ClipImageProcessor processor = new ClipImageProcessor(ClipImageProcessorConfig.openAi(24));
    assertArrayEquals(
        new long[] {2, 3, 24, 24},
        processor.preprocess(List.of(picture(1, 5000, 1), picture(3, 1, 1))).shape());
  }

  @Test
  void whatCannotBeDoneIsRefused() {
    ClipImageProcessor openAi = new ClipImageProcessor(ClipImageProcessorConfig.openAi(224));
    assertRefused(
        "longer side of a picture of height 1 and width 5000 with shortestEdge 224 (=1120000) must"
            + " be at most 1048576",
        openAi,
        picture(1, 1, 5000));
    ClipImageProcessorConfig config = openAi.config();
    ClipImageProcessor uncropped =
        new ClipImageProcessor(
            new ClipImageProcessorConfig(
                true,
                new ImageSize.ShortestEdge(5),
                Resampling.BICUBIC,
                false,
                config.cropSize(),
                true,
                config.rescaleFactor(),
                true,
                config.imageMean(),
                config.imageStd(),
                false));
    assertRefused(
        "shape of image 1 (=[3, 7, 5]) must be that of image 0 (=[3, 5, 7])",
        uncropped,
        picture(3, 5, 7),
        picture(3, 7, 5));
    assertRefused(
        "channels of image (=1) must equal length of imageMean (=3)", uncropped, picture(1, 5, 7));
    assertRefused("number of images (=0) must be positive", uncropped);
  }

  private static void assertRefused(
      String message, ClipImageProcessor processor, PixelImage... images) {
    assertEquals(
        message,
        assertThrows(IllegalArgumentException.class, () -> processor.preprocess(List.of(images)))
            .getMessage());
  }

  private static INDArray row(float first, float second) {
    return Nd4j.createFromArray(first, second).reshape(1, 1, 1, 2);
  }

  private static PixelImage picture(int channels, int height, int width) {
    byte[] values = new byte[channels * height * width];
    for (int i = 0; i < values.length; i++) {
      values[i] = (byte) (i * 89 + 11);
    }
    return new PixelImage(channels, height, width, values);
  }
}

package org.diffusion4j.vae;

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
import org.diffusion4j.core.verify.GoldenFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class VaeImageProcessorTest {
  private static final String FOLDER = "golden/image-processing/";
  private static final GoldenFile GOLDEN = TestResources.golden(FOLDER + "io.json");

  @ParameterizedTest
  @ValueSource(strings = {"nearest", "bilinear", "bicubic", "lanczos"})
  void imagesAreThoseOfTheReference(String resample) {
    INDArray expected = GOLDEN.tensor("vae_" + resample);
    VaeImageProcessor processor =
        VaeImageProcessor.ofImages(8).withResample(Resampling.of(resample));
    PixelImage image =
        ImageFiles.readPixels(TestResources.path(FOLDER + "image.png"), ColorMode.RGB);
    assertExact(expected, processor.preprocess(image, 32, 48));
    // Height and width are cut to multiples of 8.
    assertExact(expected, processor.preprocess(image, 39, 55));
    // The file's own size is 37 x 50.
    assertExact(expected, processor.preprocess(image));
  }

  @Test
  void masksAreThoseOfTheReference() {
    long[] gray = GOLDEN.tensor("mask_u8").data().asLong();
    byte[] values = new byte[gray.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (byte) gray[i];
    }
    PixelImage mask = new PixelImage(1, 37, 50, values);
    INDArray expected = GOLDEN.tensor("mask_pre");
    assertExact(expected, VaeImageProcessor.ofMasks(8).preprocess(mask, 32, 48));
    PixelImage colored = mask.converted(ColorMode.RGB);
    assertExact(expected, VaeImageProcessor.ofMasks(8).preprocess(colored, 32, 48));
  }

  @Test
  void picturesAreThoseOfTheReference() {
    VaeImageProcessor processor = VaeImageProcessor.ofImages(8);
    INDArray images = GOLDEN.tensor("post_in");
    assertExact(GOLDEN.tensor("post_pt"), processor.postprocess(images));
    assertExact(
        GOLDEN.tensor("post_np_nhwc"), processor.postprocess(images).permute(0, 2, 3, 1).dup());
    INDArray expected = GOLDEN.tensor("post_u8_nhwc");
    List<PixelImage> pictures = processor.toPictures(images);
    assertEquals(2, pictures.size());
    for (int n = 0; n < 2; n++) {
      for (int channel = 0; channel < 3; channel++) {
        for (int y = 0; y < 5; y++) {
          for (int x = 0; x < 6; x++) {
            assertEquals(expected.getLong(n, y, x, channel), pictures.get(n).value(channel, y, x));
          }
        }
      }
    }
  }

  @Test
  void picturesAreRoundedToTheEvenNeighborAndStayInRange() {
    VaeImageProcessor plain =
        new VaeImageProcessor(false, 1, Resampling.LANCZOS, false, false, false, false);
    float[] fractions = {0.5f / 255, 2, -1, Float.NaN, 1};
    INDArray images = Nd4j.createFromArray(fractions).reshape(1, 1, 1, 5);
    assertEquals(0.5f, fractions[0] * 255, "a tie");
    assertArrayEquals(
        new byte[] {0, (byte) 255, 0, 0, (byte) 255}, plain.toPictures(images).get(0).values());
  }

  @Test
  void grayBecomesRgbWhereAskedFor() {
    PixelImage dot = new PixelImage(1, 1, 1, new byte[] {(byte) 255});
    assertArrayEquals(
        new long[] {1, 3, 2, 2}, VaeImageProcessor.ofImages(2).preprocess(dot, 3, 2).shape());
    VaeImageProcessor asItIs =
        new VaeImageProcessor(false, 8, Resampling.LANCZOS, true, false, false, false);
    assertExact(Nd4j.ones(DataType.FLOAT, 1, 1, 1, 1), asItIs.preprocess(dot));
  }

  @Test
  void whatCannotBeDoneIsRefused() {
    PixelImage line = new PixelImage(1, 7, 5000, new byte[35000]);
    assertRefused(
        "height (=7) must be at least vaeScaleFactor (=8)",
        () -> VaeImageProcessor.ofImages(8).preprocess(line));
    assertRefused(
        "number of pixels (=1048576 x 1048576) must be at most 67108864",
        () -> VaeImageProcessor.ofImages(8).preprocess(line, 1 << 20, 1 << 20));
    assertRefused("vaeScaleFactor (=0) must be positive", () -> VaeImageProcessor.ofImages(0));
    assertRefused(
        "doConvertGrayscale (=true) must be false where doConvertRgb is true",
        () -> new VaeImageProcessor(true, 8, Resampling.BOX, true, false, true, true));
    assertRefused(
        "rank of images (=3) must be 4",
        () -> VaeImageProcessor.ofImages(8).postprocess(Nd4j.ones(DataType.FLOAT, 3, 5, 7)));
    assertRefused(
        "channels (=4) must be 1 or 3",
        () -> VaeImageProcessor.ofImages(8).toPictures(Nd4j.ones(DataType.FLOAT, 1, 4, 5, 7)));
  }

  private static void assertRefused(String message, Executable call) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, call).getMessage());
  }

  private static void assertExact(INDArray expected, INDArray actual) {
    assertClose(expected, actual, 0, 0, "values");
  }
}

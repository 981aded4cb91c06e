package org.diffusion4j.examples.model;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.nd4j.linalg.indexing.NDArrayIndex.all;
import static org.nd4j.linalg.indexing.NDArrayIndex.interval;

import java.io.IOException;
import java.util.stream.IntStream;
import org.diffusion4j.core.data.ImageDataSet;
import org.diffusion4j.core.image.PixelImage;
import org.diffusion4j.core.image.Resampling;
import org.diffusion4j.core.image.Resize;
import org.diffusion4j.diffusion.pipeline.ModelFolder;
import org.diffusion4j.diffusion.pipeline.ModelFolder.Part;
import org.diffusion4j.examples.data.FashionMnist;
import org.diffusion4j.vae.AutoencoderKL;
import org.diffusion4j.vae.LatentCodec;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Pictures larger than those that the shipped autoencoder was trained on, in tiles of its size. */
class TiledReconstructionTest {
  private static final int COUNT = 7;
  private static final int HEIGHT = 64;
  private static final int WIDTH = 92;

  private final ModelFolder folder;
  private final AutoencoderKL model;
  private final INDArray pictures = pictures();

  TiledReconstructionTest() throws IOException {
    folder = ShippedModel.unpack();
    model = new AutoencoderKL(folder.vaeConfig());
  }

  @Test
  void blendedTilesShowNoSeam() throws IOException {
    LatentCodec.Options options = LatentCodec.Options.DEFAULTS.withTiling(true);
    INDArray blended = error(options);
    INDArray cut = error(options.withTileOverlapFactor(0));
    // Whole pictures of the size that it was trained on have 0.0122.
    assertTrue(meanSquare(blended) < 0.02, "error " + meanSquare(blended));
    assertTrue(meanSquare(cut) > 0.05, "error " + meanSquare(cut));
    assertTrue(
        largestStep(blended) < 0.5 * largestStep(cut),
        largestStep(blended) + " of " + largestStep(cut));
  }

  private INDArray error(LatentCodec.Options options) throws IOException {
    try (LatentCodec codec =
        new LatentCodec(model, folder.load(Part.VAE, model.parameters()), options)) {
      return codec.reconstruct(pictures).sub(pictures);
    }
  }

  private static double meanSquare(INDArray error) {
    return error.mul(error).meanNumber().doubleValue();
  }

  private static double largestStep(INDArray error) {
    return IntStream.range(1, WIDTH).mapToDouble(x -> step(error, x)).max().orElseThrow();
  }

  /** The mean step of the error from one column to the next. */
  private static double step(INDArray error, int x) {
    return error
        .get(all(), all(), all(), interval(x, x + 1))
        .sub(error.get(all(), all(), all(), interval(x - 1, x)))
        .ameanNumber()
        .doubleValue();
  }

  private static INDArray pictures() {
    ImageDataSet heldOut = FashionMnist.embedded().heldOut().padded(FashionModels.IMAGE_SIZE);
    return Nd4j.concat(
        0,
        IntStream.range(0, COUNT)
            .mapToObj(i -> PixelImage.of(heldOut.images(new int[] {i})))
            .map(small -> Resize.resize(small, HEIGHT, WIDTH, Resampling.BICUBIC).toArray())
            .toArray(INDArray[]::new));
  }
}

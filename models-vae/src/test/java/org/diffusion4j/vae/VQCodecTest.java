package org.diffusion4j.vae;

import static org.diffusion4j.core.testing.TensorAssertions.assertClose;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import org.diffusion4j.core.config.ConfigFile;
import org.diffusion4j.core.random.Generator;
import org.diffusion4j.core.testing.TestResources;
import org.diffusion4j.core.verify.GoldenFile;
import org.diffusion4j.core.weights.Weights;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The codec against diffusers' {@code VQModel} with the same weights. */
class VQCodecTest {
  private static final String FOLDER = "org/diffusion4j/vae/verify/golden/vq/vqmodel/";

  private final GoldenFile reference = TestResources.golden(FOLDER + "io.json");
  private final VQModel model;
  private final Weights weights;

  VQCodecTest() throws IOException {
    model =
        new VQModel(
            ConfigFile.readOver(
                TestResources.path(FOLDER + "config.json"), VQModelConfig.DEFAULTS, "VQModel"));
    weights = model.load(TestResources.path(FOLDER + "diffusion_pytorch_model.safetensors"));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void encodesAndDecodesAsTheReference(int batchSize) {
    INDArray images = reference.tensor("x");
    try (VQCodec codec = new VQCodec(model, weights, batchSize)) {
      INDArray latents = codec.encode(images);
      assertClose(reference.tensor("latents"), latents, 1e-4, 0, "latents");
      assertClose(reference.tensor("output"), codec.decode(latents), 1e-4, 0, "output");

      INDArray indices = codec.indices(images);
      assertEquals(reference.tensor("indices"), indices);
      assertClose(reference.tensor("output"), codec.decodeIndices(indices), 1e-4, 0, "output");
    }
  }

  @Test
  void imagesOfAnySizeAreDecodedFromTheirIndices() {
    try (VQCodec codec = new VQCodec(model, weights)) {
      for (int width : new int[] {2, 10, 22}) {
        INDArray images = new Generator(width).randn(3, 3, 14, width);
        INDArray ofLatents = codec.decode(codec.encode(images));
        assertClose(ofLatents, codec.decodeIndices(codec.indices(images)), 1e-5, 0, "images");
      }
    }
  }

  @Test
  void whatIsOutOfTheCodebookIsRefused() {
    try (VQCodec codec = new VQCodec(model, weights)) {
      for (int index : new int[] {-1, 32}) {
        assertThrows(
            IllegalArgumentException.class,
            () -> codec.decodeIndices(Nd4j.createFromArray(index).reshape(1, 1, 1)));
      }
    }
  }

  @Test
  void whatIsNoImageIsRefused() {
    try (VQCodec codec = new VQCodec(model, weights)) {
      assertRefused(
          "channels of images (=1) must equal inChannels (=3)",
          () -> codec.encode(Nd4j.zeros(1, 1, 2, 2)));
      assertRefused(
          "width of images (=5) must be divisible by downscale (=2)",
          () -> codec.indices(Nd4j.zeros(1, 3, 2, 5)));
      assertRefused(
          "channels of latents (=2) must equal embedDim (=3)",
          () -> codec.decode(Nd4j.zeros(1, 2, 2, 2)));
      assertRefused("rank of indices (=2) must be 3", () -> codec.decodeIndices(Nd4j.zeros(2, 2)));
    }
    assertRefused("batchSize (=0) must be positive", () -> new VQCodec(model, weights, 0));
  }

  private static void assertRefused(String message, Executable executable) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, executable).getMessage());
  }
}

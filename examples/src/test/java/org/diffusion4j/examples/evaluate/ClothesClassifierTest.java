package org.diffusion4j.examples.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.diffusion4j.core.InvalidFileException;
import org.diffusion4j.core.data.ImageDataSet;
import org.diffusion4j.examples.data.FashionMnist;
import org.diffusion4j.examples.model.ShippedModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClothesClassifierTest {
  private static final int STEPS = 40;
  private final ImageDataSet images = FashionMnist.embedded().train().slice(0, 211).padded(32);

  private int right(int[] labels) {
    return (int)
        IntStream.range(0, labels.length).filter(i -> labels[i] == images.label(i)).count();
  }

  @Test
  void aTrainedClassifierIsTheSameAfterItWasSaved(@TempDir Path folder) throws IOException {
    long[] last = {0};
    ClothesClassifier trained =
        ClothesClassifier.train(images, STEPS, 3, 1, step -> assertEquals(++last[0], step));
    assertEquals(STEPS, last[0]);
    int[] all = IntStream.range(0, images.size()).toArray();
    int[] labels = trained.classify(images.images(all));
    assertTrue(right(labels) > 150, "right " + right(labels));

    Path file = folder.resolve("sub/model.safetensors");
    trained.save(file);
    int[] again = ClothesClassifier.load(file, 32, 10).classify(images.images(all));
    // Rounded to half precision, a classifier may change its mind where it was undecided.
    assertEquals(right(labels), right(again), 3);
  }

  @Test
  void theWeightsOfAnotherNetworkAreRefused() throws IOException {
    Path vae = ShippedModel.unpack().root().resolve("vae/diffusion_pytorch_model.safetensors");
    InvalidFileException e =
        assertThrows(InvalidFileException.class, () -> ClothesClassifier.load(vae, 32, 10));
    assertTrue(e.getMessage().contains("must hold params with "), e.getMessage());
  }
}

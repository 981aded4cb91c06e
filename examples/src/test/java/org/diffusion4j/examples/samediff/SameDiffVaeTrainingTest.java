package org.diffusion4j.examples.samediff;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.diffusion4j.core.random.Generator;
import org.diffusion4j.core.weights.Weights;
import org.diffusion4j.vae.AutoencoderKL;
import org.diffusion4j.vae.AutoencoderKLConfig;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

class SameDiffVaeTrainingTest {

  @Test
  void theLossFallsAndTheWeightsAreTrained() {
    AutoencoderKL model =
        new AutoencoderKL(new AutoencoderKLConfig(1, 1, List.of(4, 6), 1, 2, 2, true, 1));
    Weights weights = Weights.initialize(model.parameters(), new Generator(7));
    INDArray before = weights.get("decoder.conv_out.weight").dup();
    long revision = weights.revision();
    INDArray images = new Generator(3).rand(11, 1, 6, 10).muli(2).subi(1);

    float[] losses = SameDiffVaeTraining.train(model, weights, images, 5, 13, new Generator(11));

    assertEquals(13, losses.length);
    assertTrue(losses[12] < 0.7 * losses[0], () -> Arrays.toString(losses));
    assertNotEquals(before, weights.get("decoder.conv_out.weight"));
    assertNotEquals(revision, weights.revision());
  }
}

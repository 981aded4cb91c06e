package org.diffusion4j.examples.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.util.List;
import org.diffusion4j.core.execution.Execution;
import org.diffusion4j.core.execution.Precision;
import org.diffusion4j.diffusion.denoise.ClassifierFreeGuidance;
import org.diffusion4j.diffusion.pipeline.GenerationRequest;
import org.diffusion4j.diffusion.pipeline.StableDiffusionPipeline;
import org.diffusion4j.vae.LatentCodec;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The pictures of the model in the jar, made by each executor and in each precision. */
class ExecutorPicturesTest {
  private static final int PICTURES = 3;

  /**
   * Of pixels in [0,1], on average, where both compute in float32: ten times what was found, and
   * less than a thousandth of a level of 256.
   */
  private static final double ROUNDING = 2e-6;

  /** Of pixels in [0,1], on average, in bfloat16; 0.0011 was found. */
  private static final double BF16 = 0.02;

  private static List<float[]> expected;

  @BeforeAll
  static void generate() throws IOException {
    assumeTrue(Execution.executors().contains("onednn"));
    expected = pictures("onednn", Precision.F32, 1);
  }

  private static List<float[]> pictures(String executor, Precision precision, int parallel)
      throws IOException {
    Execution execution = new Execution(executor, precision, 2);
    GenerationRequest request =
        GenerationRequest.of("a photo of a sneaker")
            .withGuidance(new ClassifierFreeGuidance(3, 0))
            .withSteps(20)
            .withSeed(7)
            .withCount(PICTURES);
    try (StableDiffusionPipeline pipeline =
        StableDiffusionPipeline.open(
            ShippedModel.unpack(), parallel, LatentCodec.Options.DEFAULTS, execution)) {
      return pipeline.generate(request, step -> {}, () -> false).stream()
          .map(generated -> generated.image().dup('c').data().asFloat())
          .toList();
    }
  }

  /** Of pixels in [0,1]. */
  private static double meanDifference(List<float[]> actual) {
    assertEquals(PICTURES, actual.size());
    double sum = 0;
    long count = 0;
    for (int i = 0; i < PICTURES; i++) {
      float[] a = expected.get(i);
      float[] b = actual.get(i);
      for (int j = 0; j < a.length; j++) {
        sum += Math.abs(a[j] - b[j]) / 2;
      }
      count += a.length;
    }
    return sum / count;
  }

  @Test
  void sameDiffDrawsTheSameButForRounding() throws IOException {
    double difference = meanDifference(pictures("samediff", Precision.F32, 1));
    assertTrue(difference < ROUNDING, "differs by " + difference);
    assertTrue(difference > 0, "not another executor");
  }

  @Test
  void bfloat16DrawsNearlyTheSame() throws IOException {
    double difference = meanDifference(pictures("onednn", Precision.BF16, 1));
    assertTrue(difference < BF16, "differs by " + difference);
    assertTrue(difference > ROUNDING, "differs by no more than " + difference);
  }

  @Test
  void severalAtATimeAreTheSameBitForBit() throws IOException {
    for (Precision precision : List.of(Precision.F32, Precision.BF16)) {
      List<float[]> one = pictures("onednn", precision, 1);
      List<float[]> three = pictures("onednn", precision, PICTURES);
      for (int i = 0; i < PICTURES; i++) {
        assertArrayEquals(one.get(i), three.get(i));
      }
    }
  }

  @Test
  void itIsOneDnnThatRunsByDefault() throws IOException {
    List<float[]> byDefault = pictures(Execution.AUTO, Precision.F32, 1);
    for (int i = 0; i < PICTURES; i++) {
      assertArrayEquals(expected.get(i), byDefault.get(i));
    }
  }
}

package org.diffusion4j.diffusion.sample;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import org.diffusion4j.diffusion.schedule.PredictionType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** DDIM towards the noise and back. */
class DdimInverseSamplerTest {
  private static final int STEPS = 7;
  private static final float[] X0 = {0.3f, -0.8f, 0.05f};
  private static final float[] EPS = {1.1f, 0.2f, -0.7f};
  private static final NoiseSource NO_NOISE =
      size -> {
        throw new AssertionError("a deterministic step drew noise");
      };

  private static final DdimInverseConfig INVERSE =
      DdimInverseConfig.DEFAULTS.withClipping(Clipping.NONE);

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void ddimTakesAwayTheNoiseThatItsInverseMade(boolean setAlphaToOne) {
    DdimSampler ddim =
        new DdimSampler(
            DdimConfig.DEFAULTS.with(
                config -> config.clipping(Clipping.NONE).setAlphaToOne(setAlphaToOne)),
            STEPS);
    Sampler inverse = INVERSE.withSetAlphaToOne(setAlphaToOne).sampler(STEPS);
    float[] image = inverse.addNoise(X0, EPS, 0);
    float[] noise = runOnConstantNoise(inverse, image);
    assertArrayEquals(image, runOnConstantNoise(ddim, noise), 1e-5f);
  }

  @Test
  void samplesHaveTheNoiseOfAddNoise() {
    Sampler inverse = INVERSE.sampler(STEPS);
    float[] sample = X0;
    for (int i = 0; i < STEPS; i++) {
      assertArrayEquals(inverse.addNoise(X0, EPS, i), sample, 1e-6f);
      sample = inverse.step(EPS, i, sample, NO_NOISE);
    }
  }

  @Test
  void timestepsAreThoseOfDdimFromTheLowest() {
    double[] timesteps = new DdimSampler(DdimConfig.DEFAULTS, STEPS).timesteps();
    Arrays.sort(timesteps);
    assertArrayEquals(timesteps, INVERSE.sampler(STEPS).timesteps());
  }

  @Test
  void theNoiseOfACleanSampleCannotFollowFromX0() {
    Exception e =
        assertThrows(
            IllegalArgumentException.class,
            () -> INVERSE.withPredictionType(PredictionType.SAMPLE));
    assertEquals(
        "setAlphaToOne (=true) must be false for predictionType SAMPLE: x0 says nothing about the"
            + " noise of itself",
        e.getMessage());
  }

  private static float[] runOnConstantNoise(Sampler sampler, float[] sample) {
    float[] next = sample;
    for (int i = 0; i < sampler.timesteps().length; i++) {
      next = sampler.step(EPS, i, next, NO_NOISE);
    }
    return next;
  }
}

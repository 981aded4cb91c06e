package org.diffusion4j.diffusion.sample;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.diffusion4j.diffusion.schedule.NoiseSchedule;
import org.diffusion4j.diffusion.schedule.PredictionType;
import org.diffusion4j.diffusion.schedule.TimestepChoice;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Samplers on data that are normal, for which the best prediction is known. */
class GaussianSamplingTest {
  private static final double MEAN = 0.7;
  private static final double STANDARD_DEVIATION = 0.3;
  private static final int SIZE = 10_007;

  /** Four standard errors: 4 * 0.3 / sqrt(10,007), and sqrt(2) less for the deviation. */
  private static final double TOLERANCE = 0.012;

  private static final DdimConfig DDIM = DdimConfig.DEFAULTS.withClipping(Clipping.NONE);
  private static final DdpmConfig DDPM = DdpmConfig.DEFAULTS.withClipping(Clipping.NONE);

  private static final NoiseSource NO_NOISE =
      size -> {
        throw new AssertionError("a deterministic step drew noise");
      };

  @ParameterizedTest
  @EnumSource(
      value = PredictionType.class,
      names = {"EPSILON", "V_PREDICTION", "SAMPLE"})
  void ddimReachesTheDataWithoutNoise(PredictionType predictionType) {
    DdimConfig config =
        DDIM.with(ddim -> ddim.predictionType(predictionType).timesteps(TimestepChoice.TRAILING));
    assertData(run(new DdimSampler(config, 200), config.noiseSchedule(), predictionType, NO_NOISE));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.5, 1})
  void ddimReachesTheDataWithNoise(double eta) {
    DdimConfig config = DDIM.withTimesteps(TimestepChoice.TRAILING);
    DdimSampler sampler = new DdimSampler(config, 1000, eta, false);
    assertData(run(sampler, config.noiseSchedule(), PredictionType.EPSILON, noise(3)));
  }

  @ParameterizedTest
  @EnumSource(
      value = VarianceType.class,
      names = {"FIXED_SMALL", "FIXED_SMALL_LOG", "FIXED_LARGE", "FIXED_LARGE_LOG"})
  void ddpmReachesTheDataOnAllTimesteps(VarianceType varianceType) {
    DdpmConfig config = DDPM.withVarianceType(varianceType);
    DdpmSampler sampler = new DdpmSampler(config, config.betas().numTrainTimesteps());
    assertData(run(sampler, config.noiseSchedule(), PredictionType.EPSILON, noise(5)));
  }

  @Test
  void ddimWithEtaZeroIsDeterministic() {
    DdimConfig config = DDIM;
    NoiseSchedule schedule = config.noiseSchedule();
    assertArrayEquals(
        run(new DdimSampler(config, 11), schedule, PredictionType.EPSILON, NO_NOISE),
        run(new DdimSampler(config, 11), schedule, PredictionType.EPSILON, NO_NOISE));
  }

  @Test
  void ddimWithEtaOneIsDdpmWithThePosteriorVariance() {
    DdimConfig ddim = DDIM;
    DdpmConfig ddpm = DDPM;
    Sampler eta1 = new DdimSampler(ddim, 5, 1, false);
    Sampler ancestral = new DdpmSampler(ddpm, 5);
    // The last step of DDPM draws no noise, that of DDIM has none of size.
    assertArrayEquals(
        run(ancestral, ddpm.noiseSchedule(), PredictionType.EPSILON, noise(7)),
        run(eta1, ddim.noiseSchedule(), PredictionType.EPSILON, noise(7)),
        1e-4f);
  }

  private static float[] run(
      Sampler sampler, NoiseSchedule schedule, PredictionType predictionType, NoiseSource noise) {
    float[] sample = noise(2).next(SIZE);
    double[] timesteps = sampler.timesteps();
    for (int i = 0; i < timesteps.length; i++) {
      float[] output =
          bestPrediction(sample, schedule.alphaCumprod((int) timesteps[i]), predictionType);
      sample = sampler.step(output, i, sample, noise);
    }
    return sample;
  }

  /**
   * The expectation of the target given x_t = sqrt(a) x0 + sqrt(1 - a) eps.
   *
   * <p>x0 and x_t are normal together: E[x0 | x_t] = m + sqrt(a) s^2 (x_t - sqrt(a) m) / (a s^2 + 1
   * - a), and the rest follows from x_t.
   */
  private static float[] bestPrediction(float[] sample, double a, PredictionType predictionType) {
    double variance = STANDARD_DEVIATION * STANDARD_DEVIATION;
    float[] prediction = new float[sample.length];
    for (int i = 0; i < sample.length; i++) {
      double x = sample[i];
      double x0 =
          MEAN + Math.sqrt(a) * variance * (x - Math.sqrt(a) * MEAN) / (a * variance + 1 - a);
      double eps = (x - Math.sqrt(a) * x0) / Math.sqrt(1 - a);
      prediction[i] =
          (float)
              switch (predictionType) {
                case EPSILON -> eps;
                case SAMPLE -> x0;
                case V_PREDICTION -> Math.sqrt(a) * eps - Math.sqrt(1 - a) * x0;
                case FLOW_PREDICTION -> eps - x0;
              };
    }
    return prediction;
  }

  private static NoiseSource noise(long seed) {
    Random random = new Random(seed);
    return size -> {
      float[] values = new float[size];
      for (int i = 0; i < size; i++) {
        values[i] = (float) random.nextGaussian();
      }
      return values;
    };
  }

  private static void assertData(float[] sample) {
    double sum = 0;
    double squares = 0;
    for (float x : sample) {
      sum += x;
      squares += x * (double) x;
    }
    double mean = sum / sample.length;
    assertEquals(MEAN, mean, TOLERANCE, "mean");
    double deviation = Math.sqrt(squares / sample.length - mean * mean);
    assertEquals(STANDARD_DEVIATION, deviation, TOLERANCE, "standard deviation");
  }
}

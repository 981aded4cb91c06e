package org.diffusion4j.diffusion.verify;

import java.util.Arrays;
import org.diffusion4j.diffusion.sample.DiscreteSchedulerConfig;
import org.diffusion4j.diffusion.sample.NoiseSource;
import org.diffusion4j.diffusion.sample.Sampler;
import org.diffusion4j.diffusion.sample.SchedulerConfig;
import org.diffusion4j.diffusion.schedule.NoiseLevel;
import org.diffusion4j.diffusion.schedule.PredictionType;

/**
 * A sampler's run on Gaussian data with a perfect model.
 *
 * <p>Such a run is linear in its first sample and in the noise that it draws, so that its samples
 * are normal with a mean and a variance that are known exactly: one value of the run shows the
 * mean, and one for each source of noise what a deviation there becomes.
 */
public final class GaussianRun {
  /** No sampler draws more in a step. */
  private static final int MAX_DRAWS_OF_STEP = 2;

  private final GaussianData data;
  private final PredictionType predictionType;
  private final Sampler sampler;

  /**
   * A run of so many steps.
   *
   * @throws IllegalArgumentException if the config does not allow for so many
   */
  public GaussianRun(GaussianData data, SchedulerConfig config, int numInferenceSteps) {
    this.data = data;
    sampler = config.sampler(numInferenceSteps);
    predictionType = ((DiscreteSchedulerConfig) config).predictionType();
  }

  /** How often the model is called. */
  public int modelCalls() {
    return sampler.timesteps().length;
  }

  /**
   * How far the samples get from where they should be: the 2-Wasserstein distance between the
   * distributions of what the model is called on last, in standard deviations.
   *
   * <p>The step that follows leads out of all noise, where formulas for small steps no longer hold
   * and samplers differ on purpose.
   */
  public double error() {
    int last = modelCalls() - 1;
    float[] sample = samples(last);
    float scale = sampler.scaleModelInput(new float[] {1}, last)[0];
    double mean = scale * sample[0];
    double variance = 0;
    for (int i = 1; i < sample.length; i++) {
      double deviation = scale * sample[i] - mean;
      variance += deviation * deviation;
    }
    NoiseLevel level = sampler.level(last);
    double exactMean = data.mean(level);
    double exactDeviation = data.standardDeviation(level);
    return Math.hypot(mean - exactMean, Math.sqrt(variance) - exactDeviation) / exactDeviation;
  }

  /** The mean of the run's results. */
  public double mean() {
    return samples(modelCalls())[0];
  }

  /** After so many steps: the mean, and that plus one standard deviation of each draw. */
  private float[] samples(int steps) {
    float[] sample = new float[2 + MAX_DRAWS_OF_STEP * steps];
    float scale = sampler.scaleModelInput(new float[] {1}, 0)[0];
    Arrays.fill(sample, (float) (data.mean(sampler.level(0)) / scale));
    sample[1] += (float) (data.standardDeviation(sampler.level(0)) / scale);
    int[] draws = {0};
    NoiseSource oneByOne =
        size -> {
          float[] noise = new float[size];
          noise[2 + draws[0]++] = 1;
          return noise;
        };
    for (int i = 0; i < steps; i++) {
      float[] input = sampler.scaleModelInput(sample, i);
      float[] output = data.prediction(input, sampler.level(i), predictionType);
      sample = sampler.step(output, i, sample, oneByOne);
    }
    return sample;
  }
}

package org.diffusion4j.diffusion.sample;

import java.util.Arrays;
import java.util.Locale;
import org.diffusion4j.core.check.Require;
import org.diffusion4j.diffusion.schedule.NoiseSchedule;

/**
 * Ancestral sampling of DDPM (Ho et al. 2020, Denoising Diffusion Probabilistic Models, algorithm
 * 2), on all training timesteps or some of them.
 *
 * <p>With a learned variance the model's output is twice as long as the sample: the prediction,
 * then the variance.
 */
public final class DdpmSampler implements Sampler {
  private final DdpmConfig config;
  private final NoiseSchedule schedule;
  private final NoisePath path;
  private final DataPrediction prediction;

  /**
   * A run over timesteps in the spacing of the config.
   *
   * @throws IllegalArgumentException unless numInferenceSteps is from 1 to numTrainTimesteps
   */
  public DdpmSampler(DdpmConfig config, int numInferenceSteps) {
    this(
        config,
        config.timesteps().timesteps(config.betas().numTrainTimesteps(), numInferenceSteps));
  }

  /**
   * A run over timesteps of one's own choice.
   *
   * @throws IllegalArgumentException unless the timesteps fall from below numTrainTimesteps to at
   *     least 0
   */
  public DdpmSampler(DdpmConfig config, int[] timesteps) {
    this.config = config;
    requireFalling(timesteps, config.betas().numTrainTimesteps());
    schedule = config.noiseSchedule();
    path = NoisePath.ofTimesteps(timesteps, schedule::level);
    prediction = config.dataPrediction();
  }

  private static void requireFalling(int[] timesteps, int numTrainTimesteps) {
    Require.positive("number of timesteps", timesteps.length);
    int limit = numTrainTimesteps;
    for (int i = 0; i < timesteps.length; i++) {
      if (timesteps[i] < 0 || timesteps[i] >= limit) {
        String rule = i == 0 ? "numTrainTimesteps" : "the one before";
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "timesteps[%d] (=%d) must be at least 0 and below %s (=%d)",
                i,
                timesteps[i],
                rule,
                limit));
      }
      limit = timesteps[i];
    }
  }

  @Override
  public NoisePath path() {
    return path;
  }

  @Override
  public float[] step(float[] modelOutput, int index, float[] sample, NoiseSource noise) {
    int n = sample.length;
    VarianceType varianceType = config.varianceType();
    StepArguments.requireOutputLength(modelOutput, varianceType.isLearned() ? 2 * n : n);

    // 1. alphas and betas, of the step from t to the next lower timestep of the run
    int t = path.timestep(index);
    int previous = path.nextTimestep(index);
    double alphaCumprod = schedule.alphaCumprod(t);
    double alphaCumprodPrevious = previous >= 0 ? schedule.alphaCumprod(previous) : 1;
    double alpha = alphaCumprod / alphaCumprodPrevious;
    double beta = 1 - alpha;

    // 2. predicted x0, formula (15), clipped
    float[] x0 = prediction.x0(sample, Arrays.copyOf(modelOutput, n), path.at(index));

    // 3. posterior mean, formula (7)
    double x0Coefficient = Math.sqrt(alphaCumprodPrevious) * beta / (1 - alphaCumprod);
    double sampleCoefficient = Math.sqrt(alpha) * (1 - alphaCumprodPrevious) / (1 - alphaCumprod);
    double[] mean = new double[n];
    for (int i = 0; i < n; i++) {
      mean[i] = x0Coefficient * x0[i] + sampleCoefficient * sample[i];
    }

    // 4. add noise, but at timestep 0
    float[] previousSample = new float[n];
    float[] z = t > 0 ? StepArguments.draw(noise, n) : new float[n];
    double posteriorVariance = (1 - alphaCumprodPrevious) / (1 - alphaCumprod) * beta;
    for (int i = 0; i < n; i++) {
      double predictedVariance = varianceType.isLearned() ? modelOutput[n + i] : 0;
      double sigma = varianceType.standardDeviation(posteriorVariance, beta, predictedVariance);
      previousSample[i] = (float) (mean[i] + sigma * z[i]);
    }
    return previousSample;
  }
}

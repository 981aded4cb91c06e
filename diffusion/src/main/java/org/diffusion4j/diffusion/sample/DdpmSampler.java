package org.diffusion4j.diffusion.sample;

import java.util.Arrays;
import org.diffusion4j.diffusion.schedule.NoiseLevel;
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
  private final TimestepSequence timesteps;
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
    this.timesteps = new TimestepSequence(timesteps, config.betas().numTrainTimesteps());
    schedule = config.noiseSchedule();
    prediction = config.dataPrediction();
  }

  @Override
  public double[] timesteps() {
    return timesteps.toDoubles();
  }

  @Override
  public NoiseLevel level(int index) {
    return schedule.level(timesteps.at(index));
  }

  @Override
  public float[] step(float[] modelOutput, int index, float[] sample, NoiseSource noise) {
    int n = sample.length;
    VarianceType varianceType = config.varianceType();
    StepArguments.requireOutputLength(modelOutput, varianceType.isLearned() ? 2 * n : n);

    // 1. alphas and betas, of the step from t to the next lower timestep of the run
    int t = timesteps.at(index);
    int previous = timesteps.next(index);
    double alphaCumprod = schedule.alphaCumprod(t);
    double alphaCumprodPrevious = previous >= 0 ? schedule.alphaCumprod(previous) : 1;
    double alpha = alphaCumprod / alphaCumprodPrevious;
    double beta = 1 - alpha;

    // 2. predicted x0, formula (15), clipped
    float[] x0 = prediction.x0(sample, Arrays.copyOf(modelOutput, n), level(index));

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

  @Override
  public float[] addNoise(float[] x0, float[] noise, int index) {
    return level(index).mix(x0, noise);
  }
}

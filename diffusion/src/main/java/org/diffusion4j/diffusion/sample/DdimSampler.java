package org.diffusion4j.diffusion.sample;

import org.diffusion4j.core.check.Require;
import org.diffusion4j.diffusion.schedule.NoiseLevel;
import org.diffusion4j.diffusion.schedule.NoiseSchedule;
import org.diffusion4j.diffusion.schedule.PredictionType;

/**
 * DDIM (Song et al. 2021, Denoising Diffusion Implicit Models, formula (12)): deterministic with
 * eta 0, DDPM's variance with eta 1.
 */
public final class DdimSampler implements Sampler {
  private final DdimConfig config;
  private final double eta;
  private final boolean useClippedModelOutput;
  private final NoiseSchedule schedule;
  private final TimestepSequence timesteps;
  private final int stepRatio;
  private final DataPrediction prediction;

  /** A deterministic run: eta 0, the model's output as it is. */
  public DdimSampler(DdimConfig config, int numInferenceSteps) {
    this(config, numInferenceSteps, 0, false);
  }

  /**
   * A run over timesteps in the spacing of the config.
   *
   * @param eta the noise of a step in units of DDPM's, at least 0
   * @param useClippedModelOutput whether the noise is derived again from the clipped x0
   * @throws IllegalArgumentException unless numInferenceSteps is from 1 to numTrainTimesteps, eta
   *     is at least 0, and no step's noise exceeds all the noise that its sample is to have
   */
  public DdimSampler(
      DdimConfig config, int numInferenceSteps, double eta, boolean useClippedModelOutput) {
    Require.notNegative("eta", eta);
    int numTrainTimesteps = config.betas().numTrainTimesteps();
    this.config = config;
    this.eta = eta;
    this.useClippedModelOutput = useClippedModelOutput;
    timesteps =
        new TimestepSequence(
            config.timesteps().timesteps(numTrainTimesteps, numInferenceSteps), numTrainTimesteps);
    stepRatio = numTrainTimesteps / numInferenceSteps;
    schedule = config.noiseSchedule();
    prediction = config.dataPrediction();
    for (int i = 0; i < timesteps.size(); i++) {
      double variance = 1 - alphaCumprodPrevious(i);
      // At eta 1 the two may be equal, but for rounding.
      if (eta > 1 && !(sigma(i) * sigma(i) <= variance)) {
        throw new IllegalArgumentException(
            String.format(
                "eta (=%s) must be at most %s: at timestep %d it makes more noise than the next"
                    + " sample is to have",
                eta, eta * Math.sqrt(variance) / sigma(i), timesteps.at(i)));
      }
    }
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
    StepArguments.requireOutputLength(modelOutput, n);

    // 1. alphas
    NoiseLevel level = level(index);
    double alphaCumprodPrevious = alphaCumprodPrevious(index);

    // 2. predicted x0, clipped
    float[] x0 = prediction.x0(sample, modelOutput, level);

    // 3. predicted noise
    float[] eps =
        useClippedModelOutput
            ? PredictionType.SAMPLE.eps(sample, x0, level)
            : config.predictionType().eps(sample, modelOutput, level);

    // 4. formula (12): x0, the direction pointing to x_t, random noise
    double sigma = sigma(index);
    double direction = Math.sqrt(Math.max(1 - alphaCumprodPrevious - sigma * sigma, 0));
    double signal = Math.sqrt(alphaCumprodPrevious);
    float[] z = eta > 0 ? StepArguments.draw(noise, n) : new float[n];
    float[] previousSample = new float[n];
    for (int i = 0; i < n; i++) {
      previousSample[i] = (float) (signal * x0[i] + direction * eps[i] + sigma * z[i]);
    }
    return previousSample;
  }

  @Override
  public float[] addNoise(float[] x0, float[] noise, int index) {
    return level(index).mix(x0, noise);
  }

  /** Formula (16). */
  private double sigma(int index) {
    double alphaCumprod = schedule.alphaCumprod(timesteps.at(index));
    double previous = alphaCumprodPrevious(index);
    return eta * Math.sqrt((1 - previous) / (1 - alphaCumprod) * (1 - alphaCumprod / previous));
  }

  private double alphaCumprodPrevious(int index) {
    int previous = timesteps.at(index) - stepRatio;
    if (previous >= 0) {
      return schedule.alphaCumprod(previous);
    }
    return config.setAlphaToOne() ? 1 : schedule.alphaCumprod(0);
  }
}

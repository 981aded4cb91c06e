package org.diffusion4j.diffusion.sample;

import java.util.Locale;
import org.diffusion4j.core.check.Require;
import org.diffusion4j.diffusion.schedule.NoiseLevel;
import org.diffusion4j.diffusion.schedule.PredictionType;

/**
 * DDIM (Song et al. 2021, Denoising Diffusion Implicit Models, formula (12)): deterministic with
 * eta 0, DDPM's variance with eta 1.
 *
 * <p>Of order 1.
 */
public final class DdimSampler implements Sampler {
  private final PredictionType predictionType;
  private final double eta;
  private final boolean useClippedModelOutput;
  private final AlphasCumprod alphasCumprod;
  private final NoisePath path;
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
    predictionType = config.predictionType();
    this.eta = eta;
    this.useClippedModelOutput = useClippedModelOutput;
    alphasCumprod = config.alphasCumprod();
    path =
        NoisePath.ofTimesteps(
            config.timesteps().timesteps(numTrainTimesteps, numInferenceSteps),
            alphasCumprod::level);
    stepRatio = numTrainTimesteps / numInferenceSteps;
    prediction = config.dataPrediction();
    for (int i = 0; i < path.steps(); i++) {
      double variance = 1 - alphaCumprodPrevious(i);
      // At eta 1 the two may be equal, but for rounding.
      if (eta > 1 && !(sigma(i) * sigma(i) <= variance)) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "eta (=%s) must be at most %s: at timestep %d it makes more noise than the next"
                    + " sample is to have",
                eta,
                eta * Math.sqrt(variance) / sigma(i),
                path.timestep(i)));
      }
    }
  }

  @Override
  public NoisePath path() {
    return path;
  }

  @Override
  public float[] step(float[] modelOutput, int index, float[] sample, NoiseSource noise) {
    int n = sample.length;
    StepArguments.requireOutputLength(modelOutput, n);

    // 1. alphas
    NoiseLevel level = path.at(index);
    double alphaCumprodPrevious = alphaCumprodPrevious(index);

    // 2. predicted x0, clipped
    float[] x0 = prediction.x0(sample, modelOutput, level);

    // 3. predicted noise
    float[] eps =
        useClippedModelOutput
            ? PredictionType.SAMPLE.eps(sample, x0, level)
            : predictionType.eps(sample, modelOutput, level);

    // 4. formula (12): x0, the direction pointing to x_t, random noise
    double sigma = sigma(index);
    double direction = Math.sqrt(Math.max(1 - alphaCumprodPrevious - sigma * sigma, 0));
    double signal = Math.sqrt(alphaCumprodPrevious);
    WeightedSum previousSample = WeightedSum.of(signal, x0).plus(direction, eps);
    if (eta > 0) {
      previousSample.plus(sigma, StepArguments.draw(noise, n));
    }
    return previousSample.toFloats();
  }

  /** Formula (16). */
  private double sigma(int index) {
    double alphaCumprod = alphasCumprod.at(path.timestep(index));
    double previous = alphaCumprodPrevious(index);
    return eta * Math.sqrt((1 - previous) / (1 - alphaCumprod) * (1 - alphaCumprod / previous));
  }

  private double alphaCumprodPrevious(int index) {
    return alphasCumprod.at(path.timestep(index) - stepRatio);
  }
}

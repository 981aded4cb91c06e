package org.diffusion4j.diffusion.sample;

import java.util.stream.IntStream;
import org.diffusion4j.diffusion.schedule.NoiseLevel;

/**
 * Deterministic DDIM (Song et al. 2021, formula (12) with sigma 0) towards the noise: a run starts
 * from an image and ends in the noise that DDIM would make it of.
 *
 * <p>A step ends at its timestep and begins at the one that DDIM's step leads to, so that it undoes
 * DDIM's step but for the model's output, which is that of the less noisy sample. A method of order
 * 1.
 */
public final class DdimInverseSampler implements Sampler {
  private final AlphasCumprod alphasCumprod;
  private final NoisePath path;
  private final DataPrediction prediction;

  /**
   * A run over timesteps in the spacing of the config, lowest first.
   *
   * @throws IllegalArgumentException unless numInferenceSteps is from 1 to numTrainTimesteps
   */
  public DdimInverseSampler(DdimInverseConfig config, int numInferenceSteps) {
    int numTrainTimesteps = config.betas().numTrainTimesteps();
    int[] falling = config.timesteps().timesteps(numTrainTimesteps, numInferenceSteps);
    int last = numInferenceSteps - 1;
    int[] timesteps = IntStream.rangeClosed(0, last).map(i -> falling[last - i]).toArray();
    int stepRatio = numTrainTimesteps / numInferenceSteps;
    alphasCumprod = new AlphasCumprod(config.noiseSchedule(), config.setAlphaToOne());
    path = NoisePath.ofTimesteps(timesteps, t -> alphasCumprod.level(t - stepRatio));
    prediction =
        new DataPrediction(config.predictionType(), DynamicThresholding.NONE, config.clipping());
  }

  @Override
  public NoisePath path() {
    return path;
  }

  @Override
  public float[] step(float[] modelOutput, int index, float[] sample, NoiseSource noise) {
    NoiseLevel level = path.at(index);
    StepArguments.requireOutputLength(modelOutput, sample.length);
    float[] x0 = prediction.x0(sample, modelOutput, level);
    float[] eps = prediction.predictionType().eps(sample, modelOutput, level);
    return alphasCumprod.level(path.timestep(index)).mix(x0, eps);
  }
}

package org.diffusion4j.diffusion.sample;

import org.diffusion4j.diffusion.schedule.NoiseSchedule;

/**
 * Multistep sampling of a latent consistency model (Luo et al. 2023, Latent Consistency Models,
 * algorithm 3): each step predicts the clean sample and, but for the last, adds new noise.
 *
 * <p>No method for the ODE, and without an order: the model has learned the solution.
 */
public final class LcmSampler implements Sampler {
  /** The standard deviation of the data in the scalings of the output. */
  private static final double SIGMA_DATA = 0.5;

  private final NoiseSchedule schedule;
  private final NoisePath path;
  private final DataPrediction prediction;
  private final double timestepScaling;

  /**
   * A run over some of the timesteps that the model was distilled on.
   *
   * @throws IllegalArgumentException unless numInferenceSteps is from 1 to originalInferenceSteps
   */
  public LcmSampler(LcmConfig config, int numInferenceSteps) {
    schedule = config.noiseSchedule();
    path = config.consistencyTimesteps().path(schedule, numInferenceSteps);
    prediction = config.dataPrediction();
    timestepScaling = config.consistencyTimesteps().timestepScaling();
  }

  @Override
  public NoisePath path() {
    return path;
  }

  @Override
  public float[] step(float[] modelOutput, int index, float[] sample, NoiseSource noise) {
    int t = path.timestep(index);
    StepArguments.requireOutputLength(modelOutput, sample.length);

    // 1. predicted x0
    float[] x0 = prediction.x0(sample, modelOutput, path.at(index));

    // 2. the consistency function: cSkip x + cOut x0, which is x itself at time 0
    double time = t * timestepScaling;
    double cSkip = SIGMA_DATA * SIGMA_DATA / (time * time + SIGMA_DATA * SIGMA_DATA);
    double cOut = time / Math.hypot(time, SIGMA_DATA);
    float[] denoised = WeightedSum.of(cSkip, sample).plus(cOut, x0).toFloats();

    // 3. noise of the next timestep
    int next = path.nextTimestep(index);
    return next < 0
        ? denoised
        : schedule.addNoise(denoised, StepArguments.draw(noise, sample.length), next);
  }
}

package org.diffusion4j.diffusion.sample;

import org.diffusion4j.core.check.Require;
import org.diffusion4j.diffusion.schedule.NoiseLevel;
import org.diffusion4j.diffusion.schedule.NoiseSchedule;
import org.diffusion4j.diffusion.schedule.PredictionType;

/**
 * Strategic stochastic sampling of a trajectory consistency model (Zheng et al. 2024, Trajectory
 * Consistency Distillation): each step goes down the trajectory to a timestep s below the next one
 * and, but for the last, adds noise up to the next.
 *
 * <p>Without noise a method of order 1, DDIM's.
 */
public final class TcdSampler implements Sampler {
  /** What diffusers takes if nothing is said. */
  public static final double DEFAULT_ETA = 0.3;

  private final NoiseSchedule schedule;
  private final NoisePath path;
  private final PredictionType predictionType;
  private final double eta;

  /**
   * A run over some of the timesteps that the model was distilled on.
   *
   * @param eta how far s is below the next timestep, as a part of it, in [0, 1]; gamma in the paper
   * @throws IllegalArgumentException unless numInferenceSteps is from 1 to originalInferenceSteps
   *     and eta in its range
   */
  public TcdSampler(TcdConfig config, int numInferenceSteps, double eta) {
    Require.fraction("eta", eta);
    this.eta = eta;
    schedule = config.noiseSchedule();
    path = config.consistencyTimesteps().path(schedule, numInferenceSteps);
    predictionType = config.predictionType();
  }

  @Override
  public NoisePath path() {
    return path;
  }

  @Override
  public float[] step(float[] modelOutput, int index, float[] sample, NoiseSource noise) {
    // 1. timesteps; the last step leads to that of the least noise
    NoiseLevel level = path.at(index);
    StepArguments.requireOutputLength(modelOutput, sample.length);
    int next = Math.max(path.nextTimestep(index), 0);
    // In float32, as torch has it: a rounding error may decide between two timesteps.
    int s = (int) ((float) (1 - eta) * next);

    // 2. along the trajectory to s
    float[] x0 = predictionType.x0(sample, modelOutput, level);
    float[] eps = predictionType.eps(sample, modelOutput, level);
    float[] denoised = schedule.level(s).mix(x0, eps);
    if (eta == 0 || path.nextTimestep(index) < 0) {
      return denoised;
    }

    // 3. noise, from that of s to that of the next timestep
    double ratio = schedule.alphaCumprod(next) / schedule.alphaCumprod(s);
    float[] z = StepArguments.draw(noise, sample.length);
    return NoiseLevel.ofAlphaCumprod(ratio).mix(denoised, z);
  }
}

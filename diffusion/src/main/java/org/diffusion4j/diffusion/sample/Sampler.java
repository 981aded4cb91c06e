package org.diffusion4j.diffusion.sample;

import org.diffusion4j.diffusion.schedule.NoiseLevel;

/**
 * One sampling run over the latents of one image.
 *
 * <p>A run starts from standard normal values times {@link #initNoiseSigma()}. For each index of
 * {@link #timesteps()} in order, the model is called on {@link #scaleModelInput} and that timestep,
 * and {@link #step} makes the next sample of its output. The sample after the last step is the
 * result. Samplers may remember earlier steps: every run needs a sampler of its own, and steps in
 * order. A batch is as many runs, each with its own noise, so that an image does not depend on its
 * batch.
 *
 * <p>Arrays are one image's values, [c,h,w] flattened; arguments stay as they are.
 */
public interface Sampler {
  /** What is known of the run before it begins. */
  NoisePath path();

  /**
   * The next sample; a new array.
   *
   * @param modelOutput the model's prediction for {@link #scaleModelInput} at this timestep
   * @param index the position in {@link #timesteps()}
   * @param sample the current sample
   * @param noise asked for values only when the step is a random one
   * @throws IllegalArgumentException if the index is not one of the run's or the lengths of sample
   *     and modelOutput do not fit
   */
  float[] step(float[] modelOutput, int index, float[] sample, NoiseSource noise);

  /** The timesteps that the model is called with, in order; a copy. */
  default double[] timesteps() {
    return path().timesteps();
  }

  /**
   * The noise levels of the steps and, last, of the result; a copy. Empty if the sampler knows them
   * by their timesteps alone.
   */
  default double[] sigmas() {
    return path().sigmas();
  }

  /** The standard deviation of the noise that a run starts from. */
  default double initNoiseSigma() {
    return path().initNoiseSigma();
  }

  /**
   * How much signal and noise there is in what the model is called on.
   *
   * @param index the position in {@link #timesteps()}
   * @throws IllegalArgumentException if it is not one
   */
  default NoiseLevel level(int index) {
    return path().level(index);
  }

  /**
   * Where a step of the run begins, so that a run can leave out those before it: a step may call
   * the model more than once, each time at an index of its own.
   *
   * @param step from 0 to below numInferenceSteps
   * @return the position in {@link #timesteps()}
   */
  default int indexOfStep(int step) {
    return step;
  }

  /**
   * What the model is called on: the sample times a factor; a new array.
   *
   * @param sample the current sample
   * @param index the position in {@link #timesteps()}
   * @throws IllegalArgumentException if it is not one
   */
  default float[] scaleModelInput(float[] sample, int index) {
    return path().scaleModelInput(sample, index);
  }

  /**
   * A clean sample with the noise that a sample has before a step, so that a run can begin there; a
   * new array.
   *
   * @param x0 the clean sample
   * @param noise standard normal values, as many
   * @param index the position in {@link #timesteps()}
   * @throws IllegalArgumentException if the index is not one of the run's or the lengths differ
   */
  default float[] addNoise(float[] x0, float[] noise, int index) {
    return path().at(index).mix(x0, noise);
  }
}

package org.diffusion4j.diffusion.sample;

import java.util.Arrays;
import java.util.function.DoubleFunction;
import java.util.function.DoubleUnaryOperator;
import java.util.function.IntFunction;
import org.diffusion4j.core.check.Require;
import org.diffusion4j.diffusion.schedule.NoiseLevel;

/**
 * The way of a run from noise to data, as far as it is known before the run begins.
 *
 * <p>At each index there is a timestep for the model, and the {@link NoiseLevel} of the sample that
 * a step begins with. The model is called on that sample times a factor.
 */
public final class NoisePath {
  private final double[] timesteps;
  private final NoiseLevel[] levels;
  private final DoubleUnaryOperator inputScale;
  private final double[] sigmas;
  private final double initNoiseSigma;

  private NoisePath(
      double[] timesteps,
      NoiseLevel[] levels,
      DoubleUnaryOperator inputScale,
      double[] sigmas,
      double initNoiseSigma) {
    this.timesteps = timesteps.clone();
    this.levels = levels;
    this.inputScale = inputScale;
    this.sigmas = sigmas.clone();
    this.initNoiseSigma = initNoiseSigma;
  }

  /**
   * Over timesteps of the training, of samples of unit variance.
   *
   * @param level what a sample has before the step at a timestep
   */
  public static NoisePath ofTimesteps(int[] timesteps, IntFunction<NoiseLevel> level) {
    return new NoisePath(
        Arrays.stream(timesteps).asDoubleStream().toArray(),
        Arrays.stream(timesteps).mapToObj(level).toArray(NoiseLevel[]::new),
        sigma -> 1,
        new double[0],
        1);
  }

  /**
   * Over noise levels that the model takes as they are.
   *
   * @param sigmas that of each timestep and that which the last step leads to; any more are only
   *     told
   * @param level what a sigma means
   * @throws IllegalArgumentException if a sigma is negative, infinite or above the one before
   */
  public static NoisePath ofSigmas(
      double[] timesteps, double[] sigmas, DoubleFunction<NoiseLevel> level) {
    return ofSigmas(timesteps, sigmas, level, sigma -> 1, 1);
  }

  /**
   * Over samples x0 + sigma eps, whose variance falls from step to step (Karras et al. 2022).
   *
   * @param sigmas that of each timestep and that which the last step leads to; any more are only
   *     told
   * @param inputScale what a sample at a sigma is multiplied by for the model
   * @throws IllegalArgumentException if a sigma is negative, infinite or above the one before
   */
  public static NoisePath varianceExploding(
      double[] timesteps, double[] sigmas, DoubleUnaryOperator inputScale, double initNoiseSigma) {
    return ofSigmas(
        timesteps, sigmas, sigma -> new NoiseLevel(1, sigma), inputScale, initNoiseSigma);
  }

  private static NoisePath ofSigmas(
      double[] timesteps,
      double[] sigmas,
      DoubleFunction<NoiseLevel> level,
      DoubleUnaryOperator inputScale,
      double initNoiseSigma) {
    Require.atMost("timesteps", timesteps.length, "sigmas less one", sigmas.length - 1);
    double limit = Double.MAX_VALUE;
    for (int i = 0; i < sigmas.length; i++) {
      Require.notNegative("sigmas[" + i + "]", sigmas[i]);
      Require.that(
          sigmas[i] <= limit,
          "sigmas[" + i + "]",
          sigmas[i],
          "must be at most the one before (=" + limit + ")");
      limit = sigmas[i];
    }
    NoiseLevel[] levels = Arrays.stream(sigmas).mapToObj(level).toArray(NoiseLevel[]::new);
    return new NoisePath(timesteps, levels, inputScale, sigmas, initNoiseSigma);
  }

  /** The same, but other sigmas are told. */
  public NoisePath telling(double[] toldSigmas) {
    return new NoisePath(timesteps, levels, inputScale, toldSigmas, initNoiseSigma);
  }

  /** The timesteps that the model is called with, in order; a copy. */
  public double[] timesteps() {
    return timesteps.clone();
  }

  /**
   * The sigmas of the steps and, last, of the result, as diffusers tells them; a copy. Empty if
   * there are timesteps alone.
   */
  public double[] sigmas() {
    return sigmas.clone();
  }

  /** The standard deviation of the noise that a run starts from. */
  public double initNoiseSigma() {
    return initNoiseSigma;
  }

  /**
   * How much signal and noise there is in what the model is called on.
   *
   * @throws IllegalArgumentException if the index is not that of a timestep
   */
  public NoiseLevel level(int index) {
    NoiseLevel level = at(index);
    double scale = inputScale.applyAsDouble(level.sigma());
    return new NoiseLevel(scale * level.alpha(), scale * level.sigma());
  }

  /**
   * What the model is called on; a new array.
   *
   * @throws IllegalArgumentException if the index is not that of a timestep
   */
  public float[] scaleModelInput(float[] sample, int index) {
    return WeightedSum.of(inputScale.applyAsDouble(sigma(index)), sample).toFloats();
  }

  /** How often the model is called. */
  public int steps() {
    return timesteps.length;
  }

  /**
   * What a sample has before the step at an index.
   *
   * @throws IllegalArgumentException if the index is not that of a timestep
   */
  public NoiseLevel at(int index) {
    Require.inRange("index", index, 0, timesteps.length - 1);
    return levels[index];
  }

  /**
   * What the sample has that the step at an index leads to.
   *
   * @throws IllegalArgumentException if that is not known
   */
  public NoiseLevel next(int index) {
    Require.inRange("index", index, 0, levels.length - 2);
    return levels[index + 1];
  }

  /** Whether the step at an index leads to the level that it starts from. */
  boolean staysAt(int index) {
    return next(index).equals(at(index));
  }

  /** Whether the last step takes all noise away. */
  boolean endsWithoutNoise() {
    return nextSigma(timesteps.length - 1) == 0;
  }

  /** The noise of {@link #at}. */
  public double sigma(int index) {
    return at(index).sigma();
  }

  /** The noise of {@link #next}. */
  public double nextSigma(int index) {
    return next(index).sigma();
  }

  /**
   * A timestep of the training.
   *
   * @throws IllegalArgumentException if the index is not that of a timestep
   */
  int timestep(int index) {
    Require.inRange("index", index, 0, timesteps.length - 1);
    return (int) timesteps[index];
  }

  /** The timestep of the training that the step at an index leads to, -1 after the last. */
  int nextTimestep(int index) {
    return index + 1 < timesteps.length ? timestep(index + 1) : -1;
  }
}

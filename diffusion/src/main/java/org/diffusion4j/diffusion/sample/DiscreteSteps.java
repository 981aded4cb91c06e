package org.diffusion4j.diffusion.sample;

import java.util.Arrays;
import org.diffusion4j.diffusion.schedule.NoiseLevel;
import org.diffusion4j.diffusion.schedule.SigmaSpacing;
import org.diffusion4j.diffusion.schedule.SigmaTable;
import org.diffusion4j.diffusion.schedule.TimestepChoice;
import org.diffusion4j.diffusion.schedule.TimestepSpacing;

/**
 * The noise levels that the steps of a run begin at, and what a model that was trained on discrete
 * timesteps is told of them.
 *
 * <p>A sampler chooses them by its config and then makes a {@link NoisePath} of them.
 */
final class DiscreteSteps {
  private final SigmaTable table;
  private final TimestepSpacing timestepSpacing;
  private final double[] timesteps;
  private final double[] sigmas;

  /**
   * @param sigmas that of each timestep; any more come before the final one and are only told
   */
  private DiscreteSteps(
      SigmaTable table, TimestepSpacing timestepSpacing, double[] timesteps, double[] sigmas) {
    this.table = table;
    this.timestepSpacing = timestepSpacing;
    this.timesteps = timesteps;
    this.sigmas = sigmas;
  }

  /**
   * Steps from timesteps and their sigmas.
   *
   * @throws IllegalArgumentException unless numInferenceSteps is from 1 to numTrainTimesteps
   */
  static DiscreteSteps of(
      DiscreteSchedulerConfig config, TimestepChoice choice, int numInferenceSteps) {
    SigmaTable table = new SigmaTable(config.noiseSchedule().withFiniteSigmas());
    double[] timesteps =
        choice.fractionalTimesteps(config.betas().numTrainTimesteps(), numInferenceSteps);
    double[] sigmas = Arrays.stream(timesteps).map(table::at).toArray();
    return new DiscreteSteps(table, choice.timestepSpacing(), timesteps, sigmas);
  }

  SigmaTable table() {
    return table;
  }

  /** The sigmas; a copy. */
  double[] sigmas() {
    return sigmas.clone();
  }

  /** As many steps, at sigmas in a spacing between the same ends and at the timesteps of those. */
  DiscreteSteps spaced(SigmaSpacing spacing) {
    return spaced(spacing, SigmaRange.TRAINING);
  }

  /**
   * The same, but between other ends where there are some.
   *
   * @throws IllegalArgumentException if the highest is not above the lowest
   */
  DiscreteSteps spaced(SigmaSpacing spacing, SigmaRange range) {
    if (spacing.isOfTimesteps()) {
      return this;
    }
    double last = sigmas[sigmas.length - 1];
    double[] spaced = range.spaced(spacing, sigmas[0], last, timesteps.length);
    return new DiscreteSteps(table, timestepSpacing, timestepsOf(spaced), spaced);
  }

  /** The same timesteps at other sigmas. */
  DiscreteSteps withSigmas(double[] newSigmas) {
    return new DiscreteSteps(table, timestepSpacing, timesteps, newSigmas);
  }

  /** The same sigmas at other timesteps. */
  DiscreteSteps withTimesteps(double[] newTimesteps) {
    return new DiscreteSteps(table, timestepSpacing, newTimesteps, sigmas);
  }

  /** The same sigmas at the nearest whole timesteps. */
  DiscreteSteps withWholeTimesteps() {
    return withTimesteps(Arrays.stream(timesteps).map(Math::rint).toArray());
  }

  /** A run of these steps. */
  NoisePath path(double finalSigma) {
    double[] all = Arrays.copyOf(sigmas, sigmas.length + 1);
    all[sigmas.length] = finalSigma;
    return path(timesteps, all);
  }

  /**
   * A run in which every step but the last, which leads to no noise, has two stages.
   *
   * <p>Step k has the indexes 2k, with the sigma that it comes from, and 2k + 1, with that of its
   * second stage. Told is the sigma that it leads to instead.
   *
   * @param secondSigmas those of the second stages, [steps - 1]
   * @param secondTimesteps what the model is told of them
   * @param finalSigmas how often the final 0 is told
   */
  NoisePath twoStagePath(double[] secondSigmas, double[] secondTimesteps, int finalSigmas) {
    double[] stages = interleaved(sigmas, secondSigmas);
    double[] told = interleaved(sigmas, nextSigmas());
    return path(interleaved(timesteps, secondTimesteps), Arrays.copyOf(stages, stages.length + 1))
        .telling(Arrays.copyOf(told, told.length + finalSigmas));
  }

  /** The same with the timesteps at which the model was trained on the sigmas. */
  NoisePath twoStagePath(double[] secondSigmas, int finalSigmas) {
    return twoStagePath(secondSigmas, timestepsOf(secondSigmas), finalSigmas);
  }

  /** Leading spacing does not begin at pure noise. */
  private NoisePath path(double[] allTimesteps, double[] allSigmas) {
    double first = sigmas[0];
    return NoisePath.varianceExploding(
        allTimesteps,
        allSigmas,
        sigma -> NoiseLevel.ofRatio(sigma).alpha(),
        timestepSpacing == TimestepSpacing.LEADING ? Math.hypot(first, 1) : first);
  }

  /** The timesteps at which the model was trained on some sigmas. */
  private double[] timestepsOf(double[] someSigmas) {
    return Arrays.stream(someSigmas).map(table::timestep).toArray();
  }

  /** The timesteps that steps lead to, but for the last step. */
  double[] nextTimesteps() {
    return afterFirst(timesteps);
  }

  /** The sigmas that steps lead to, but for the last step. */
  double[] nextSigmas() {
    return afterFirst(sigmas);
  }

  private static double[] afterFirst(double[] values) {
    return Arrays.copyOfRange(values, 1, values.length);
  }

  /** [a0, b0, a1, b1, ..., an]. */
  private static double[] interleaved(double[] a, double[] b) {
    double[] values = new double[a.length + b.length];
    Arrays.setAll(values, i -> i % 2 == 0 ? a[i / 2] : b[i / 2]);
    return values;
  }
}

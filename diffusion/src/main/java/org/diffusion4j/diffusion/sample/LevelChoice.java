package org.diffusion4j.diffusion.sample;

import java.util.Arrays;
import java.util.Locale;
import java.util.function.DoubleFunction;
import org.diffusion4j.core.check.Require;
import org.diffusion4j.diffusion.schedule.NoiseLevel;
import org.diffusion4j.diffusion.schedule.NoiseSchedule;
import org.diffusion4j.diffusion.schedule.SigmaSpacing;
import org.diffusion4j.diffusion.schedule.SigmaTable;
import org.diffusion4j.diffusion.schedule.TimestepChoice;
import org.diffusion4j.diffusion.schedule.TimestepSpacing;

/**
 * How the solvers that work in lambda choose the noise levels of a run.
 *
 * <p>A run does not end on a timestep but on clean data: of one timestep more than there are steps
 * the lowest is left out, which trailing spacing does by itself.
 */
final class LevelChoice {
  /** Keeps a timestep that is whole but for rounding from the one below. */
  private static final double ROUNDING = 1e-6;

  private final SigmaTable table;
  private final int numTrainTimesteps;
  private final int numInferenceSteps;
  private final int[] timesteps;

  /**
   * The choice for one run.
   *
   * @param limit what timesteps are below, at most that of the schedule
   * @throws IllegalArgumentException if there are not as many timesteps
   */
  LevelChoice(NoiseSchedule schedule, TimestepChoice choice, int limit, int numInferenceSteps) {
    table = new SigmaTable(schedule);
    numTrainTimesteps = schedule.numTrainTimesteps();
    this.numInferenceSteps = numInferenceSteps;
    timesteps =
        choice.timestepSpacing() == TimestepSpacing.TRAILING
            ? trailing(choice, numTrainTimesteps, limit, numInferenceSteps)
            : aboveLowest(choice, limit, numInferenceSteps);
  }

  /** A limit below all timesteps moves them down: there may be fewer. */
  private static int[] trailing(TimestepChoice choice, int numTrainTimesteps, int limit, int n) {
    int beyond = numTrainTimesteps - limit;
    return Arrays.stream(choice.timesteps(numTrainTimesteps, n))
        .map(t -> t - beyond)
        .filter(t -> t >= 0)
        .toArray();
  }

  private static int[] aboveLowest(TimestepChoice choice, int limit, int n) {
    Require.positive("numInferenceSteps", n);
    Require.that(
        n < limit,
        "numInferenceSteps",
        n,
        "must be below " + limit + ", the number of timesteps, or timesteps repeat");
    int highest = n * (limit / (n + 1));
    Require.that(
        choice.timestepSpacing() != TimestepSpacing.LEADING
            || choice.stepsOffset() < limit - highest,
        "stepsOffset",
        choice.stepsOffset(),
        "must be below " + (limit - highest) + " with numInferenceSteps " + n);
    return Arrays.copyOf(choice.timesteps(limit, n + 1), n);
  }

  SigmaTable table() {
    return table;
  }

  /** The run in a spacing, from the highest to the lowest noise of the training. */
  NoisePath spaced(SigmaSpacing spacing, double finalSigma) {
    if (spacing.isOfTimesteps()) {
      double[] visited = Arrays.stream(timesteps).asDoubleStream().toArray();
      double[] sigmas = Arrays.stream(visited).map(table::at).toArray();
      return path(visited, sigmas, finalSigma, NoiseLevel::ofRatio);
    }
    return spaced(spacing, SigmaRange.TRAINING, spacing.useKarrasSigmas(), finalSigma);
  }

  /**
   * The run in a spacing of its own.
   *
   * @param nearest whether the model is called with the nearest whole timesteps, not those below
   */
  NoisePath spaced(SigmaSpacing spacing, SigmaRange range, boolean nearest, double finalSigma) {
    double[] sigmas = range.spaced(spacing, table.max(), table.min(), numInferenceSteps);
    double[] near = Arrays.stream(sigmas).map(table::timestep).toArray();
    return path(whole(near, nearest), sigmas, finalSigma, NoiseLevel::ofRatio);
  }

  /** The run on the straight line of flow matching, from below 1 - 1 / numTrainTimesteps on. */
  NoisePath flow(FlowSigmas flow, double finalSigma) {
    double[] sigmas = new double[numInferenceSteps];
    double max = 1 - 1.0 / numTrainTimesteps;
    Arrays.setAll(sigmas, i -> flow.shift(max - max * i / numInferenceSteps));
    return flow(sigmas, finalSigma);
  }

  NoisePath flow(double[] sigmas, double finalSigma) {
    double[] near = Arrays.stream(sigmas).map(sigma -> sigma * numTrainTimesteps).toArray();
    return path(whole(near, false), sigmas, finalSigma, NoiseLevel::ofFlow);
  }

  /**
   * A run of falling noise.
   *
   * @throws IllegalArgumentException unless the sigmas fall; the last may be the final one
   */
  static NoisePath path(
      double[] timesteps, double[] sigmas, double finalSigma, DoubleFunction<NoiseLevel> level) {
    int n = timesteps.length;
    double[] withFinal = Arrays.copyOf(sigmas, n + 1);
    withFinal[n] = finalSigma;
    for (int i = 0; i < n; i++) {
      boolean falls = i < n - 1 ? sigmas[i + 1] < sigmas[i] : finalSigma <= sigmas[i];
      Require.that(
          falls,
          "numInferenceSteps",
          n,
          String.format(
              Locale.ROOT,
              "must be so few that the noise falls with each step, but step %d goes from sigma %s"
                  + " to %s",
              i,
              withFinal[i],
              withFinal[i + 1]));
    }
    return NoisePath.ofSigmas(timesteps, withFinal, level);
  }

  private static double[] whole(double[] timesteps, boolean nearest) {
    return Arrays.stream(timesteps)
        .map(t -> nearest ? Math.rint(t) : Math.floor(t + ROUNDING))
        .toArray();
  }
}

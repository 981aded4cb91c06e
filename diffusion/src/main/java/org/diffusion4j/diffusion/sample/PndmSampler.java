package org.diffusion4j.diffusion.sample;

import java.util.ArrayList;
import java.util.List;
import org.diffusion4j.core.check.Require;
import org.diffusion4j.diffusion.schedule.NoiseLevel;
import org.diffusion4j.diffusion.schedule.PredictionType;

/**
 * Pseudo numerical methods (Liu et al. 2022, Pseudo Numerical Methods for Diffusion Models on
 * Manifolds): a linear multistep method whose straight lines are replaced by DDIM's transfer
 * between timesteps, formula (9).
 *
 * <p>A run begins with Runge-Kutta steps of four model outputs each, or (PLMS) with a step of
 * Heun's method and multistep ones of lower order. A method of order 2: its weights would make
 * order 4 of steps of equal size, but DDIM's are unequal in sigma / alpha. Of order 1 towards
 * timestep 0, where the noise grows as the root of the timestep.
 */
public final class PndmSampler implements Sampler {
  private static final int NONE = -2;
  private static final int RUNGE_KUTTA_STEPS = 3;
  private static final int STAGES = 4;
  private static final double[] RUNGE_KUTTA = {1 / 6.0, 1 / 3.0, 1 / 3.0, 1 / 6.0};

  /** How many outputs a multistep step goes by. */
  private static final int ORDER = 4;

  /**
   * One call of the model and the transfer that follows.
   *
   * @param timestep what the model is told
   * @param from the timestep of the sample that is transferred
   * @param to the timestep of the next sample
   */
  private record Move(int timestep, int from, int to) {}

  private final PredictionType predictionType;
  private final boolean skipPrkSteps;
  private final AlphasCumprod alphasCumprod;
  private final NoisePath path;
  private final List<Move> moves = new ArrayList<>();

  /** Outputs at the beginnings of steps, each with the number of its step. */
  private final OutputHistory outputs = new OutputHistory(ORDER);

  private int steps;

  /** Outputs of the current Runge-Kutta step. */
  private final List<float[]> stages = new ArrayList<>();

  /** The sample that the current step of several outputs started from. */
  private float[] start = {};

  private int previousIndex = NONE;

  /**
   * A run over timesteps in the spacing of the config.
   *
   * @throws IllegalArgumentException unless numInferenceSteps is from 1, or from 4 with Runge-Kutta
   *     steps, to numTrainTimesteps
   */
  public PndmSampler(PndmConfig config, int numInferenceSteps) {
    predictionType = config.predictionType();
    skipPrkSteps = config.skipPrkSteps();
    alphasCumprod = new AlphasCumprod(config.noiseSchedule(), config.setAlphaToOne());
    int numTrainTimesteps = config.betas().numTrainTimesteps();
    int[] t = config.timesteps().timesteps(numTrainTimesteps, numInferenceSteps);
    int stepRatio = numTrainTimesteps / numInferenceSteps;
    if (skipPrkSteps) {
      addHeun(t, stepRatio);
      addMultistep(t, 1, stepRatio);
    } else {
      Require.atLeast("numInferenceSteps", numInferenceSteps, RUNGE_KUTTA_STEPS + 1);
      addRungeKutta(t, stepRatio / 2);
      addMultistep(t, RUNGE_KUTTA_STEPS, stepRatio);
    }
    path =
        NoisePath.ofTimesteps(
            moves.stream().mapToInt(Move::timestep).toArray(), alphasCumprod::level);
  }

  /** To the second timestep, and there again with the mean of the outputs at both. */
  private void addHeun(int[] t, int stepRatio) {
    moves.add(new Move(t[0], t[0], t[0] - stepRatio));
    if (t.length > 1) {
      moves.add(new Move(t[1], t[1] + stepRatio, t[1]));
    }
  }

  private void addRungeKutta(int[] t, int halfStep) {
    for (int i = 0; i < RUNGE_KUTTA_STEPS; i++) {
      int middle = t[i + 1] + halfStep;
      moves.add(new Move(t[i], t[i], t[i] - halfStep));
      moves.add(new Move(middle, t[i], middle));
      moves.add(new Move(middle, t[i], t[i + 1]));
      moves.add(new Move(t[i + 1], t[i], t[i + 1]));
    }
  }

  private void addMultistep(int[] t, int first, int stepRatio) {
    for (int i = first; i < t.length; i++) {
      moves.add(new Move(t[i], t[i], t[i] - stepRatio));
    }
  }

  @Override
  public NoisePath path() {
    return path;
  }

  @Override
  public int indexOfStep(int step) {
    if (step == 0) {
      return 0;
    }
    return skipPrkSteps ? step + 1 : step + Math.min(step, RUNGE_KUTTA_STEPS) * (STAGES - 1);
  }

  @Override
  public float[] step(float[] modelOutput, int index, float[] sample, NoiseSource noise) {
    Move move = move(index);
    StepArguments.requireOutputLength(modelOutput, sample.length);
    boolean isRungeKutta = !skipPrkSteps && index < RUNGE_KUTTA_STEPS * STAGES;
    boolean isCorrection = skipPrkSteps && index == 1;
    if (isCorrection || (isRungeKutta && index % STAGES > 0)) {
      requireAfter(index - 1, index, sample.length);
    } else {
      start = sample.clone();
    }
    previousIndex = index;
    float[] output = modelOutput.clone();
    if (isRungeKutta) {
      return transfer(start, rungeKutta(output, index % STAGES), move);
    } else if (isCorrection) {
      return transfer(
          start, WeightedSum.of(0.5, outputs.output(0)).plus(0.5, output).toFloats(), move);
    }
    return transfer(start, multistep(output), move);
  }

  private void requireAfter(int before, int index, int length) {
    Require.that(previousIndex == before, "index", index, "must follow a step at index " + before);
    Require.equal("length of sample", length, "length of the one before", start.length);
  }

  private float[] rungeKutta(float[] output, int stage) {
    if (stage == 0) {
      outputs.add(output, steps++);
      stages.clear();
    }
    stages.add(output);
    if (stage < STAGES - 1) {
      return output;
    }
    WeightedSum mean = WeightedSum.of(RUNGE_KUTTA[0], stages.get(0));
    for (int k = 1; k < STAGES; k++) {
      mean.plus(RUNGE_KUTTA[k], stages.get(k));
    }
    return mean.toFloats();
  }

  /** The mean over a step as by Adams and Bashforth's method with steps of one size. */
  private float[] multistep(float[] output) {
    int current = steps++;
    outputs.add(output, current);
    return outputs.integral(earlier -> earlier - current).toFloats();
  }

  /** DDIM's step, formula (9), of a sample and the model's output for it. */
  private float[] transfer(float[] sample, float[] output, Move move) {
    NoiseLevel level = alphasCumprod.level(move.from);
    float[] x0 = predictionType.x0(sample, output, level);
    float[] eps = predictionType.eps(sample, output, level);
    return alphasCumprod.level(move.to).mix(x0, eps);
  }

  private Move move(int index) {
    Require.inRange("index", index, 0, moves.size() - 1);
    return moves.get(index);
  }
}

package org.diffusion4j.diffusion.sample;

import java.util.HashSet;
import java.util.Set;

/**
 * The unified predictor-corrector (Zhao et al. 2023, UniPC): the model's output at a predicted
 * sample corrects that sample before it predicts the next one.
 *
 * <p>The coefficients of the paper make a step the exact integral of the polynomial through
 * outputs, whatever B(h) is. Where one output alone makes up for the derivative, the coefficient is
 * 1/2 instead, and B(h) has an effect.
 *
 * <p>The error falls with the step size to the power of solverOrder + 1, but to that of 3 at most,
 * because of the first step. The last step of a run is of order 1 with lowerOrderFinal, and is not
 * corrected.
 */
public final class UniPcSampler implements Sampler {
  private final UniPcConfig config;
  private final Set<Integer> disableCorrector;
  private final NoisePath path;
  private final SolverOutput output;
  private final OutputHistory history;
  private float[] lastSample;
  private int lastOrder;

  /**
   * A run over noise levels in the spacing of the config.
   *
   * @throws IllegalArgumentException unless numInferenceSteps is from 1 to below numTrainTimesteps,
   *     with trailing spacing to numTrainTimesteps, and leaves noise to take away in every step
   */
  public UniPcSampler(UniPcConfig config, int numInferenceSteps) {
    this.config = config;
    disableCorrector = new HashSet<>(config.disableCorrector());
    path = config.path(numInferenceSteps);
    output = config.output();
    history = new OutputHistory(config.solverOrder());
  }

  @Override
  public NoisePath path() {
    return path;
  }

  @Override
  public float[] step(float[] modelOutput, int index, float[] sample, NoiseSource noise) {
    float[] m = output.of(sample, modelOutput, path.at(index));
    boolean corrects = index > 0 && lastSample != null && !disableCorrector.contains(index - 1);
    lastSample = corrects ? corrected(m, index) : sample.clone();
    history.add(m, path.at(index).lambda());
    lastOrder = history.order(path, index, config.lowerOrderFinal());
    ExponentialStep step = step(index);
    return step.apply(lastSample, predictor(step, lastOrder)).toFloats();
  }

  private ExponentialStep step(int index) {
    AlgorithmType algorithm =
        config.predictX0() ? AlgorithmType.DPMSOLVER_PLUS_PLUS : AlgorithmType.DPMSOLVER;
    return ExponentialStep.of(algorithm, path.at(index), path.next(index));
  }

  /** UniP: the integral of the outputs so far. */
  private WeightedSum predictor(ExponentialStep step, int order) {
    return order == 2
        ? halfSlope(step, history.output(1), step.position(history.lambda(1)))
        : history.integral(step, order);
  }

  /** UniC: the sample at an index, from the output m at the sample that was predicted. */
  private float[] corrected(float[] m, int index) {
    ExponentialStep step = step(index - 1);
    WeightedSum integral =
        lastOrder == 1 ? halfSlope(step, m, 1) : history.integral(step, lastOrder, m);
    return step.apply(lastSample, integral).toFloats();
  }

  /** The integral with one output besides the newest, at a position in the step. */
  private WeightedSum halfSlope(ExponentialStep step, float[] m1, double position) {
    float[] m0 = history.output(0);
    WeightedSum slope = WeightedSum.slope(m1, m0, position);
    return WeightedSum.of(step.moment(0), m0).plus(b(step) / 2, slope);
  }

  /** B(h), positive in terms of x0: h or 1 - e^-h. */
  private double b(ExponentialStep step) {
    return config.solverType() == SolverType.BH1 ? step.exponent() : step.moment(0);
  }
}

package org.diffusion4j.diffusion.sample;

import org.diffusion4j.core.check.Require;

/**
 * The single-step DPM-Solver and DPM-Solver++ (Lu et al. 2022, DPM-Solver, algorithms 1 and 2): a
 * step of order k is k steps of the run, of which the first k - 1 only find outputs in its midst.
 *
 * <p>On the ODE the error falls with the step size to the power of solverOrder; of order 3 and type
 * midpoint only where noise levels lie evenly in lambda, else of 2. The last step is of order 1 if
 * it takes all noise away.
 *
 * <p>With noise, order 3 of type heun differs from diffusers, where a constant in the weight of the
 * second derivative has the wrong sign.
 */
public final class DpmSolverSinglestepSampler implements Sampler {
  private final DpmSolver solver;
  private final NoisePath path;
  private final SolverOutput output;
  private final OutputHistory history;
  private float[] startSample;
  private int startIndex;

  /**
   * A run over noise levels in the spacing of the config.
   *
   * @throws IllegalArgumentException unless numInferenceSteps is from 1 to below numTrainTimesteps
   *     and leaves noise to take away in every step
   */
  public DpmSolverSinglestepSampler(DpmSolverSinglestepConfig config, int numInferenceSteps) {
    solver = config.solver();
    path = config.path(numInferenceSteps);
    output = config.output();
    history = new OutputHistory(solver.solverOrder());
  }

  @Override
  public NoisePath path() {
    return path;
  }

  @Override
  public float[] step(float[] modelOutput, int index, float[] sample, NoiseSource noise) {
    history.add(output.of(sample, modelOutput, path.at(index)), path.at(index).lambda());
    int order = Math.min(order(index), history.size());
    if (order == 1) {
      startSample = sample.clone();
      startIndex = index;
    }
    Require.equal("length of sample", sample.length, "that at the start", startSample.length);
    ExponentialStep step =
        ExponentialStep.of(solver.algorithmType(), path.at(startIndex), path.next(index));
    WeightedSum next = step.apply(startSample, integral(step, order));
    if (solver.algorithmType().isStochastic()) {
      next.plus(step.noiseWeight(), StepArguments.draw(noise, sample.length));
    }
    return next.toFloats();
  }

  /** 1 to solverOrder over and over; the last step of a run may start anew. */
  private int order(int index) {
    int solverOrder = solver.solverOrder();
    boolean last = index == path.steps() - 1;
    boolean startsAnew =
        path.endsWithoutNoise() || (solver.lowerOrderFinal() && path.steps() % solverOrder == 0);
    return last && startsAnew ? 1 : index % solverOrder + 1;
  }

  /** The integral over the step so far, from the outputs since its start. */
  private WeightedSum integral(ExponentialStep step, int order) {
    if (order == 1 || solver.solverType() == SolverType.HEUN) {
      return history.integral(step, order);
    }
    float[] first = history.output(order - 1);
    WeightedSum slope =
        WeightedSum.slope(history.output(0), first, step.position(history.lambda(0)));
    double slopeWeight = order == 2 ? step.moment(0) / 2 : step.moment(1);
    return WeightedSum.of(step.moment(0), first).plus(slopeWeight, slope);
  }
}

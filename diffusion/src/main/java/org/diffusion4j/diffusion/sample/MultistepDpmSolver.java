package org.diffusion4j.diffusion.sample;

/**
 * The multistep solvers of DPM-Solver and DPM-Solver++ (Lu et al. 2022): the outputs of earlier
 * steps make up for derivatives of the model.
 */
final class MultistepDpmSolver {
  /** Below it, a run is short: what diffusers takes for few steps. */
  static final int FEW_STEPS = 15;

  private final DpmSolver solver;
  private final boolean endsWithFirstOrder;
  private final NoisePath path;
  private final OutputHistory history;

  /**
   * One run.
   *
   * @param eulerAtFinal whether the last step is of order 1 however long the run is, as it is
   *     anyway if it takes all noise away
   */
  MultistepDpmSolver(DpmSolver solver, boolean eulerAtFinal, NoisePath path) {
    this.solver = solver;
    endsWithFirstOrder = eulerAtFinal || path.endsWithoutNoise();
    this.path = path;
    history = new OutputHistory(solver.solverOrder());
  }

  /**
   * The next sample; a new array.
   *
   * @param output x0 or the noise, as the algorithm has it
   */
  float[] step(float[] output, int index, float[] sample, NoiseSource noise) {
    history.add(output, path.at(index).lambda());
    ExponentialStep step =
        ExponentialStep.of(solver.algorithmType(), path.at(index), path.next(index));
    WeightedSum next = step.apply(sample, integral(step, order(index)));
    if (solver.algorithmType().isStochastic()) {
      next.plus(step.noiseWeight(), StepArguments.draw(noise, sample.length));
    }
    return next.toFloats();
  }

  private int order(int index) {
    boolean isShort = path.steps() < FEW_STEPS;
    return endsWithFirstOrder && index == path.steps() - 1
        ? 1
        : history.order(path, index, solver.lowerOrderFinal() && isShort);
  }

  /** The integral of m = D0 + D1 s + D2 s^2 / 2, with D from Newton's divided differences. */
  private WeightedSum integral(ExponentialStep step, int order) {
    if (order == 1 || (order == 2 && solver.solverType() == SolverType.HEUN)) {
      return history.integral(step, order);
    }
    float[] m0 = history.output(0);
    float[] m1 = history.output(1);
    double r0 = -step.position(history.lambda(1));
    WeightedSum d10 = WeightedSum.slope(m0, m1, r0);
    WeightedSum integral = WeightedSum.of(step.moment(0), m0);
    if (order == 2) {
      return integral.plus(step.moment(0) / 2, d10);
    }
    float[] m2 = history.output(2);
    double r1 = -step.position(history.lambda(2)) - r0;
    WeightedSum d11 = WeightedSum.slope(m1, m2, r1);
    // The second derivative is twice this; the authors' code and diffusers take it as it is.
    WeightedSum d2 = WeightedSum.slope(d10, d11, r0 + r1);
    return integral.plus(step.moment(1), d10.plus(r0, d2)).plus(step.moment(2) / 2, d2);
  }
}

package org.diffusion4j.diffusion.sample;

import org.diffusion4j.diffusion.schedule.NoiseLevel;

/**
 * A step of an exponential integrator in lambda = log(alpha / sigma), the form that all solvers of
 * the DPM-Solver family share (Lu et al. 2022, DPM-Solver, proposition 3.1, and DPM-Solver++,
 * proposition 4.1).
 *
 * <p>With s the part of the step that is done and m(s) the model's output there (x0 or the noise),
 *
 * <pre>x_t = sampleWeight x_s + outputWeight integral of K(s) m(s) ds + noiseWeight z,
 * K(s) = H e^(-H (1 - s)), s from 0 to 1.</pre>
 *
 * <p>The linear part is exact; solvers differ in the polynomial that they take for m.
 *
 * @param start the lambda that the step starts from
 * @param h the length of the step in lambda
 * @param exponent H: h for x0 and -h for the noise; 2h for x0 with noise added
 */
record ExponentialStep(
    double start,
    double h,
    double exponent,
    double sampleWeight,
    double outputWeight,
    double noiseWeight) {

  static ExponentialStep of(AlgorithmType algorithm, NoiseLevel from, NoiseLevel to) {
    double start = from.lambda();
    double h = to.lambda() - start;
    return switch (algorithm) {
      case DPMSOLVER, DEIS ->
          new ExponentialStep(start, h, -h, to.alpha() / from.alpha(), to.sigma(), 0);
      case DPMSOLVER_PLUS_PLUS ->
          new ExponentialStep(start, h, h, to.sigma() / from.sigma(), to.alpha(), 0);
      case SDE_DPMSOLVER ->
          new ExponentialStep(
              start,
              h,
              -h,
              to.alpha() / from.alpha(),
              2 * to.sigma(),
              to.sigma() * Math.sqrt(Math.expm1(2 * h)));
      case SDE_DPMSOLVER_PLUS_PLUS ->
          new ExponentialStep(
              start,
              h,
              2 * h,
              to.sigma() / from.sigma() * Math.exp(-h),
              to.alpha(),
              to.sigma() * Math.sqrt(-Math.expm1(-2 * h)));
    };
  }

  /**
   * The integral of K(s) s^k, by parts from the one before; k! times the papers' phi of exponential
   * integrators, but for the sign.
   */
  double moment(int k) {
    double moment = -Math.expm1(-exponent);
    for (int i = 1; i <= k; i++) {
      moment = 1 - i * moment / exponent;
    }
    return moment;
  }

  /** Where a lambda is, in s. */
  double position(double lambda) {
    return (lambda - start) / h;
  }

  /** x_t, noise apart. */
  WeightedSum apply(float[] sample, WeightedSum integral) {
    return WeightedSum.of(sampleWeight, sample).plus(outputWeight, integral);
  }
}

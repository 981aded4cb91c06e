package org.diffusion4j.diffusion.sample;

/**
 * A step that takes away more noise than it has to and adds new noise for it, as DDPM's does: the
 * new variance is that of x at the next sigma given x0 and x at this sigma (Song et al. 2021,
 * formula (16) with eta 1, in units of the signal).
 *
 * @param sigma the noise before the step, above 0
 * @param sigmaNext the noise after it, from 0 to sigma
 */
record AncestralStep(double sigma, double sigmaNext) {

  /** What the deterministic part leads to; its square and that of sigmaUp make sigmaNext's. */
  double sigmaDown() {
    return sigmaNext * (sigmaNext / sigma);
  }

  /** The new noise, sqrt(sigmaNext^2 (sigma^2 - sigmaNext^2) / sigma^2). */
  double sigmaUp() {
    double ratio = sigmaNext / sigma;
    return sigmaNext * Math.sqrt(1 - ratio * ratio);
  }

  /**
   * The sample after the step; a new array.
   *
   * @param sample x at sigma
   * @param derivative dx/dsigma on the way to sigmaDown
   */
  float[] apply(float[] sample, float[] derivative, NoiseSource noise) {
    double dSigma = sigmaDown() - sigma;
    float[] eps = StepArguments.draw(noise, sample.length);
    return WeightedSum.of(1, sample).plus(dSigma, derivative).plus(sigmaUp(), eps).toFloats();
  }
}

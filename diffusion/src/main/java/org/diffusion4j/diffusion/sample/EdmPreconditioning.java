package org.diffusion4j.diffusion.sample;

import java.util.Objects;
import org.diffusion4j.core.check.Require;
import org.diffusion4j.diffusion.schedule.PredictionType;

/**
 * The denoiser that EDM makes of a network F, D(x) = cSkip x + cOut F(cIn x, cNoise), on samples x
 * = x0 + sigma eps (Karras et al. 2022, table 1).
 *
 * @param predictionType epsilon for the F of the paper, v_prediction for one of opposite sign,
 *     which with sigmaData 1 is the velocity v
 * @param sigmaData the standard deviation of the data, above 0
 */
record EdmPreconditioning(PredictionType predictionType, double sigmaData) {
  private static final double NOISE_SCALE = 0.25;

  /**
   * Checks the fields.
   *
   * @throws IllegalArgumentException if the network predicts anything else or sigmaData is not
   *     above 0
   * @throws NullPointerException if predictionType is null
   */
  EdmPreconditioning {
    Objects.requireNonNull(predictionType, "predictionType must not be null");
    Require.that(
        predictionType == PredictionType.EPSILON || predictionType == PredictionType.V_PREDICTION,
        "predictionType",
        predictionType,
        "must be EPSILON or V_PREDICTION for EDM");
    Require.positive("sigmaData", sigmaData);
  }

  double cSkip(double sigma) {
    return sigmaData * sigmaData / (sigma * sigma + sigmaData * sigmaData);
  }

  double cOut(double sigma) {
    double scale = sigma * sigmaData * cIn(sigma, sigmaData);
    return predictionType == PredictionType.EPSILON ? scale : -scale;
  }

  static double cIn(double sigma, double sigmaData) {
    return 1 / Math.hypot(sigma, sigmaData);
  }

  /** What the network is told of the noise. */
  static double cNoise(double sigma) {
    return NOISE_SCALE * Math.log(sigma);
  }

  /**
   * The x0 that the network's output amounts to; a new array.
   *
   * @param sample x0 + sigma eps
   * @param modelOutput F, as long as sample
   */
  float[] x0(float[] sample, float[] modelOutput, double sigma) {
    StepArguments.requireOutputLength(modelOutput, sample.length);
    return WeightedSum.of(cSkip(sigma), sample).plus(cOut(sigma), modelOutput).toFloats();
  }
}

package org.diffusion4j.diffusion.sample;

import java.util.Objects;
import org.diffusion4j.core.check.Require;
import org.diffusion4j.diffusion.schedule.NoiseLevel;
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
    double scale = sigma * sigmaData * cIn(sigma);
    return predictionType == PredictionType.EPSILON ? scale : -scale;
  }

  double cIn(double sigma) {
    return 1 / Math.hypot(sigma, sigmaData);
  }

  /** What the network is told of the noise. */
  static double cNoise(double sigma) {
    return NOISE_SCALE * Math.log(sigma);
  }

  /** What a sample has once it is scaled for the network. */
  NoiseLevel level(double sigma) {
    return new NoiseLevel(cIn(sigma), sigma * cIn(sigma));
  }

  /** What the network is called on, of unit variance; a new array. */
  float[] modelInput(float[] sample, double sigma) {
    double scale = cIn(sigma);
    float[] input = new float[sample.length];
    for (int i = 0; i < input.length; i++) {
      input[i] = (float) (scale * sample[i]);
    }
    return input;
  }

  /**
   * The x0 that the network's output amounts to; a new array.
   *
   * @param sample x0 + sigma eps
   * @param modelOutput F, as long as sample
   */
  float[] x0(float[] sample, float[] modelOutput, double sigma) {
    StepArguments.requireOutputLength(modelOutput, sample.length);
    double skip = cSkip(sigma);
    double out = cOut(sigma);
    float[] x0 = new float[sample.length];
    for (int i = 0; i < x0.length; i++) {
      x0[i] = (float) (skip * sample[i] + out * modelOutput[i]);
    }
    return x0;
  }
}

package org.diffusion4j.diffusion.denoise;

import org.diffusion4j.core.check.Require;

/**
 * A prediction that leans further towards its condition (Ho and Salimans 2022, formula (6)): {@code
 * guided = unconditional + guidanceScale (conditional - unconditional)}.
 *
 * <p>Scale 1 is the condition alone, more than 1 follows it at the cost of variety, and of contrast
 * that grows with the scale. Rescaling (Lin et al. 2024, formulas (15) and (16)) takes it back:
 * {@code guidanceRescale std(conditional) / std(guided) guided + (1 - guidanceRescale) guided}.
 *
 * @param guidanceScale how far, finite
 * @param guidanceRescale how much of the contrast is taken back, from 0 (nothing) to 1
 */
public record ClassifierFreeGuidance(double guidanceScale, double guidanceRescale) {

  /** Checks the factors. */
  public ClassifierFreeGuidance {
    Require.finite("guidanceScale", guidanceScale);
    Require.fraction("guidanceRescale", guidanceRescale);
  }

  /** Whether the prediction without the condition counts. */
  public boolean isActive() {
    return guidanceScale != 1;
  }

  /**
   * The guided prediction for one image.
   *
   * @param unconditional given no text, or a text to move away from
   * @param conditional given the text, as many values
   * @return a new array
   */
  public float[] guide(float[] unconditional, float[] conditional) {
    Require.equal(
        "length of conditional",
        conditional.length,
        "length of unconditional",
        unconditional.length);
    float[] guided = new float[conditional.length];
    for (int i = 0; i < guided.length; i++) {
      guided[i] = (float) (unconditional[i] + guidanceScale * (conditional[i] - unconditional[i]));
    }
    if (guidanceRescale > 0) {
      double ratio = standardDeviation(conditional) / standardDeviation(guided);
      double factor = guidanceRescale * ratio + 1 - guidanceRescale;
      for (int i = 0; i < guided.length; i++) {
        guided[i] *= (float) factor;
      }
    }
    return guided;
  }

  private static double standardDeviation(float[] values) {
    double mean = 0;
    for (float value : values) {
      mean += value;
    }
    mean /= values.length;
    double squares = 0;
    for (float value : values) {
      squares += (value - mean) * (value - mean);
    }
    return Math.sqrt(squares / (values.length - 1));
  }
}

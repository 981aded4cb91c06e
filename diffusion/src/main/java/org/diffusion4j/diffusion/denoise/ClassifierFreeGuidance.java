package org.diffusion4j.diffusion.denoise;

import org.diffusion4j.core.check.Require;

/**
 * A prediction that leans further towards its condition (Ho and Salimans 2022, formula (6)): {@code
 * unconditional + scale * (conditional - unconditional)}.
 *
 * <p>Scale 1 is the condition alone, more than 1 follows it at the cost of variety.
 *
 * @param network the predictions given no text (or a text to move away from) and given the text, in
 *     this order
 * @param scale the guidance scale, finite
 */
public record ClassifierFreeGuidance(ConditionedDenoiser network, double scale)
    implements Denoiser {

  public ClassifierFreeGuidance {
    Require.finite("guidanceScale", scale);
  }

  @Override
  public float[] predict(float[] sample, double timestep) {
    float[][] predictions = network.predict(sample, timestep);
    float[] without = predictions[0];
    float[] with = predictions[1];
    float[] guided = new float[with.length];
    for (int i = 0; i < guided.length; i++) {
      guided[i] = (float) (without[i] + scale * (with[i] - without[i]));
    }
    return guided;
  }
}

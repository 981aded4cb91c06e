package org.diffusion4j.diffusion.denoise;

import org.diffusion4j.core.check.Require;

/**
 * A prediction that leans further towards its condition (Ho and Salimans 2022, formula (6)): {@code
 * unconditional + scale * (conditional - unconditional)}.
 *
 * <p>Scale 1 is the condition alone, more than 1 follows it at the cost of variety.
 *
 * @param conditional the network given the text
 * @param unconditional the network given no text, or a text to move away from
 * @param scale the guidance scale, finite
 */
public record ClassifierFreeGuidance(Denoiser conditional, Denoiser unconditional, double scale)
    implements Denoiser {

  public ClassifierFreeGuidance {
    Require.finite("guidanceScale", scale);
  }

  @Override
  public float[] predict(float[] sample, double timestep) {
    float[] with = conditional.predict(sample, timestep);
    float[] without = unconditional.predict(sample, timestep);
    float[] guided = new float[with.length];
    for (int i = 0; i < guided.length; i++) {
      guided[i] = (float) (without[i] + scale * (with[i] - without[i]));
    }
    return guided;
  }
}

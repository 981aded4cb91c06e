package org.diffusion4j.diffusion.train;

import org.diffusion4j.core.check.Require;
import org.diffusion4j.diffusion.loss.LossWeighting;

/**
 * What a U-Net is taught.
 *
 * @param captionDropout the probability that a picture's caption is left out, from 0 to 1, so that
 *     the U-Net learns both terms of classifier-free guidance
 * @param weighting how much the error at each timestep counts
 */
public record DenoisingConfig(double captionDropout, LossWeighting weighting) {
  /** A caption in ten is left out (Ho and Salimans 2022, section 4), all timesteps count alike. */
  public static final DenoisingConfig DEFAULTS = new DenoisingConfig(0.1, LossWeighting.UNIFORM);

  public DenoisingConfig {
    Require.fraction("captionDropout", captionDropout);
  }
}

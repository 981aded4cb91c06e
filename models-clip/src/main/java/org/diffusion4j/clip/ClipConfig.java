package org.diffusion4j.clip;

import org.diffusion4j.clip.text.ClipTextConfig;
import org.diffusion4j.clip.vision.ClipVisionConfig;
import org.diffusion4j.core.check.Require;
import org.diffusion4j.core.config.ModelLimits;

/**
 * The hyperparameters of {@link ClipModel}.
 *
 * @param textConfig the text model's
 * @param visionConfig the vision model's
 * @param projectionDim the features of the shared embedding; those that the two others name do not
 *     count
 */
public record ClipConfig(
    ClipTextConfig textConfig, ClipVisionConfig visionConfig, int projectionDim) {

  public ClipConfig {
    Require.positive("projectionDim", projectionDim, ModelLimits.WIDTH);
  }

  /** What counts where a file says nothing: transformers' defaults. */
  public static ClipConfig defaults() {
    return new ClipConfig(ClipTextConfig.defaults(), ClipVisionConfig.defaults(), 512);
  }
}

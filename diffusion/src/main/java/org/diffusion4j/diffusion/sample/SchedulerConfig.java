package org.diffusion4j.diffusion.sample;

/**
 * What a {@code scheduler_config.json} of diffusers says: how a model was trained to take noise
 * away, and how a sampler is to use it.
 *
 * <p>Each sampler has a config record of its own, with diffusers' names and, in {@code DEFAULTS},
 * diffusers' defaults. A run has a sampler of its own: the config makes them.
 */
public interface SchedulerConfig {
  /**
   * A new run.
   *
   * @throws IllegalArgumentException if numInferenceSteps is not positive or more than the config
   *     allows
   */
  Sampler sampler(int numInferenceSteps);
}

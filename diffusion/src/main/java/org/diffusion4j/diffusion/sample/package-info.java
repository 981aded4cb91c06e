/**
 * Samplers: from noise to a sample by repeated predictions of a model.
 *
 * <p>One sampler a class, with a config record whose components are the fields of diffusers' {@code
 * scheduler_config.json}. What all configs say is in {@link
 * org.diffusion4j.diffusion.sample.SchedulerConfig}. Plain arithmetic on one image's values: no
 * graph, no model; noise is passed in.
 */
package org.diffusion4j.diffusion.sample;

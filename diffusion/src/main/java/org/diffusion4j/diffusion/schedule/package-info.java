/**
 * The noise of a diffusion process over its timesteps, and what a model predicts of it.
 *
 * <p>Plain arithmetic on arrays: no graph, no model, no randomness. One array is one image's
 * values, in any layout. Enum constants carry their names in diffusers' {@code
 * scheduler_config.json}.
 */
package org.diffusion4j.diffusion.schedule;

/**
 * Autoencoders, from pixels to latents and back, and the way from pictures to pixels.
 *
 * <p>A model is a config record with functions that build its graphs; parameter names are those of
 * diffusers. Nothing here knows of diffusion or text.
 */
package org.diffusion4j.vae;

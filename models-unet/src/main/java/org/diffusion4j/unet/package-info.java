/**
 * U-Nets that predict the noise in an image, conditioned on time, and on a class or a text.
 *
 * <p>A model is a config record with a function that builds its graph; parameter names are those of
 * diffusers. Nothing here knows of autoencoders, text encoders or samplers.
 */
package org.diffusion4j.unet;

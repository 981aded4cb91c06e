/**
 * Training of latent diffusion models on captioned pictures: all of a U-Net, or adapters of it.
 *
 * <p>The pictures' latents and the captions' states are computed once, by the autoencoder and the
 * text encoders of a model folder; then {@link org.diffusion4j.core.train.Trainer} does the steps.
 * Nothing here makes pictures.
 */
package org.diffusion4j.diffusion.train;

/**
 * Whole models: the folder they live in, and what turns a sentence into a picture with them.
 *
 * <p>Of what users call, this is the only package that sees autoencoder, U-Net and CLIP together.
 */
package org.diffusion4j.diffusion.pipeline;

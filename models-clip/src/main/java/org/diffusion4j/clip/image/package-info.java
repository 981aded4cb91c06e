/**
 * Pictures prepared for CLIP as transformers prepares them.
 *
 * <p>Components have the names of transformers' {@code preprocessor_config.json}. Nothing here
 * knows the models.
 */
package org.diffusion4j.clip.image;

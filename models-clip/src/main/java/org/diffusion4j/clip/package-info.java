/**
 * CLIP (Radford et al. 2021): a text encoder and an image encoder whose embeddings of what belongs
 * together point the same way.
 *
 * <p>A model is a config record with functions that build its graphs; parameter names are those of
 * transformers. Nothing here knows of diffusion.
 */
package org.diffusion4j.clip;

/**
 * Text to CLIP token ids and back: cleaning, byte-pair encoding, padding.
 *
 * <p>Plain Java over strings and {@code int[]}, but for what hands ids to a model; nothing here
 * knows of graphs or weights.
 */
package org.diffusion4j.clip.token;

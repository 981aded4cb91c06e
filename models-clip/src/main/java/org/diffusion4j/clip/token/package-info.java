/**
 * Text to CLIP token ids and back: cleaning, byte-pair encoding, padding.
 *
 * <p>Plain Java over strings and {@code int[]}; nothing here knows of graphs, arrays or weights.
 */
package org.diffusion4j.clip.token;

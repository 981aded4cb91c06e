/** CLIP's causal text transformer. */
package org.diffusion4j.clip.text;

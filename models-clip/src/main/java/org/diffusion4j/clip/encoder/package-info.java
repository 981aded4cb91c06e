/** The transformer that CLIP's text and vision models share; it knows neither of them. */
package org.diffusion4j.clip.encoder;

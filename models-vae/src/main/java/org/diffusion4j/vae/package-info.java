/** Placeholder. */
package org.diffusion4j.vae;

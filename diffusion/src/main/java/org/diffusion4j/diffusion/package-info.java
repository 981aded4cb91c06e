/** Placeholder. */
package org.diffusion4j.diffusion;

/** Placeholder. */
package org.diffusion4j.clip;

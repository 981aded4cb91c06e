/** Placeholder. */
package org.diffusion4j.unet;

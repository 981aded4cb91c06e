/**
 * Verifies training against golden data; see {@link org.diffusion4j.core.verify}.
 *
 * <p>What is run is what trainings run: this package reads files and compares, and computes nothing
 * of its own.
 */
package org.diffusion4j.diffusion.verify;

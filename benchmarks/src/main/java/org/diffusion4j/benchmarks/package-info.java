/** Placeholder. */
package org.diffusion4j.benchmarks;

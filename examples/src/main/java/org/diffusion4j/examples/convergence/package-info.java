/** How fast samplers approach the exact answer where that is known: on Gaussian data. */
package org.diffusion4j.examples.convergence;

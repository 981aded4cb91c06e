/** Distributions as nodes of a graph. */
package org.diffusion4j.core.prob;

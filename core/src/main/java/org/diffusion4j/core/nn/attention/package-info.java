/** Attention with its projections, and the transformer blocks that are built of it. */
package org.diffusion4j.core.nn.attention;

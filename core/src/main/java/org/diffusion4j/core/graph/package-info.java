/**
 * The graph of a network, built layer by layer.
 *
 * <p>{@link org.diffusion4j.core.graph.Graph} is at the bottom of the framework: a list of records,
 * which knows nothing of executors, data, training or files. Dimension letters in this project's
 * Javadoc: n batch, c channels, h height, w width, s sequence, d features.
 */
package org.diffusion4j.core.graph;

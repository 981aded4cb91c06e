/**
 * Layers and blocks with parameters of their own, one a file.
 *
 * <p>Each has one function that takes a graph scoped to the block's name, declares its parameters
 * there under the reference implementations' names, and gives the output. What computes without
 * parameters is in {@link org.diffusion4j.core.graph.Graph}. Nothing here knows of data or
 * training.
 */
package org.diffusion4j.core.nn;

/**
 * The builder of network graphs.
 */
package org.diffusion4j.core.graph;

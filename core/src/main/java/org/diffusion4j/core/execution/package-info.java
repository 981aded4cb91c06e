/** What runs a graph: forward, and backward from a scalar loss. */
package org.diffusion4j.core.execution;

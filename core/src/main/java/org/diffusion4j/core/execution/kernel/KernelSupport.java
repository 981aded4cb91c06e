package org.diffusion4j.core.execution.kernel;

import org.diffusion4j.core.graph.Layer;

/** What an engine can compute together. */
public interface KernelSupport {

  /** Whether a layer can be computed on the way by the one that reads its value. */
  boolean takesBefore(Layer root, Layer before);

  /** Whether a kernel can act on each of its values by one more layer before it writes them. */
  boolean takesAfter(Kernel kernel, Layer follower);
}

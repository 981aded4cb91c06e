package org.diffusion4j.core.nn.attention;

import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;

/** Images as sequences of pixels, and back. */
final class Pixels {
  private Pixels() {}

  /** {@code [n, c, h, w] -> [n, h*w, c]}. */
  static Tensor toSequence(Graph graph, Tensor x) {
    Tensor flat = graph.reshape(x, x.size(0), x.size(1), x.size(2) * x.size(3));
    return graph.permute(flat, 0, 2, 1);
  }

  /** {@code [n, h*w, c] -> [n, c, h, w]}, with the height and width of {@code like}. */
  static Tensor toImage(Graph graph, Tensor sequence, Tensor like) {
    Tensor flat = graph.permute(sequence, 0, 2, 1);
    return graph.reshape(flat, like.size(0), sequence.size(2), like.size(2), like.size(3));
  }
}

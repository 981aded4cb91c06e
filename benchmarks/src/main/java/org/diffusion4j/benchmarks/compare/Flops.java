package org.diffusion4j.benchmarks.compare;

import org.diffusion4j.core.graph.Attention;
import org.diffusion4j.core.graph.Convolution2d;
import org.diffusion4j.core.graph.Dense;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Layer;
import org.diffusion4j.core.graph.MatMul;
import org.diffusion4j.core.graph.Tensor;

/**
 * The multiplications and additions of convolutions, linear layers, matrix products and attention.
 *
 * <p>Those of other layers are few beside them and not counted.
 */
final class Flops {
  private Flops() {}

  /** Of one forward pass. */
  static long of(Graph graph) {
    return graph.nodes().stream().mapToLong(node -> of(node.layer(), node.output())).sum();
  }

  private static long of(Layer layer, Tensor output) {
    if (layer instanceof Convolution2d conv) {
      Tensor weight = conv.weight();
      return 2 * output.length() * weight.size(0) * weight.size(1) * weight.size(2);
    } else if (layer instanceof Dense dense) {
      return 2 * output.length() * dense.weight().size(0);
    } else if (layer instanceof MatMul product) {
      return 2 * output.length() * product.a().size(1);
    } else if (layer instanceof Attention attention) {
      return 2 * (attention.query().length() + output.length()) * attention.key().size(1);
    }
    return 0;
  }
}

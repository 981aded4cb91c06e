package org.diffusion4j.vae;

import java.util.Optional;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.nn.ResnetBlock2D;
import org.diffusion4j.core.nn.attention.MultiHeadAttention;
import org.diffusion4j.core.nn.attention.SpatialAttention;

/** The middle of encoder and decoder: residual block, attention between pixels, residual block. */
final class MidBlock {
  private MidBlock() {}

  /** {@code [n, c, h, w] -> [n, c, h, w]}. */
  static Tensor build(Graph graph, Tensor x, AutoencoderKLConfig config) {
    int channels = Math.toIntExact(x.size(1));
    ResnetBlock2D resnet =
        new ResnetBlock2D(channels, config.normNumGroups(), AutoencoderKL.NORM_EPSILON);
    Tensor h = resnet.build(graph.scope("resnets.0"), x, Optional.empty());
    if (config.midBlockAddAttention()) {
      h =
          new SpatialAttention(
                  new MultiHeadAttention(1, channels, true),
                  config.normNumGroups(),
                  AutoencoderKL.NORM_EPSILON)
              .build(graph.scope("attentions.0"), h);
    }
    return resnet.build(graph.scope("resnets.1"), h, Optional.empty());
  }
}

package org.diffusion4j.vae;

import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.nn.ResnetBlock2D;

/** The middle of encoder and decoder: residual block, attention between pixels, residual block. */
record MidBlock(Stages stages) {

  /** {@code [n, c, h, w] -> [n, c, h, w]}. */
  Tensor build(Graph graph, Tensor x) {
    ResnetBlock2D resnet = stages.resnet(x.size(1));
    Tensor h = resnet.build(graph.scope("resnets.0"), x);
    if (stages.midBlockAddAttention()) {
      h = stages.attention(x.size(1)).build(graph.scope("attentions.0"), h);
    }
    return resnet.build(graph.scope("resnets.1"), h);
  }
}

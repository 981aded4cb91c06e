package org.diffusion4j.vae;

import java.util.List;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.graph.UnaryFunction;
import org.diffusion4j.core.nn.Conv2d;
import org.diffusion4j.core.nn.Downsample2D;
import org.diffusion4j.core.nn.GroupNorm;

/** From images to what describes their latents. */
final class Encoder {
  private Encoder() {}

  /** {@code [n, c, h, w] -> [n, outChannels, h/downscale, w/downscale]}. */
  static Tensor build(Graph graph, Tensor images, Stages stages, long outChannels) {
    List<Integer> channels = stages.blockOutChannels();
    Tensor h = Conv2d.same3x3(graph.scope("conv_in"), images, channels.get(0));
    for (int i = 0; i < channels.size(); i++) {
      Graph block = graph.scope("down_blocks." + i);
      boolean attends =
          stages.downBlockTypes().get(i) == DownEncoderBlockType.ATTN_DOWN_ENCODER_BLOCK_2D;
      for (int j = 0; j < stages.layersPerBlock(); j++) {
        h = stages.resnet(channels.get(i)).build(block.scope("resnets." + j), h);
        if (attends) {
          h = stages.attention(channels.get(i)).build(block.scope("attentions." + j), h);
        }
      }
      if (i < channels.size() - 1) {
        h = Downsample2D.paddedAtTheEnd(block.scope("downsamplers.0"), h);
      }
    }
    h = MidBlock.build(graph.scope("mid_block"), h, stages);
    h =
        GroupNorm.build(
            graph.scope("conv_norm_out"), h, stages.normNumGroups(), Stages.NORM_EPSILON);
    h = graph.apply(UnaryFunction.SILU, h);
    return Conv2d.same3x3(graph.scope("conv_out"), h, outChannels);
  }
}

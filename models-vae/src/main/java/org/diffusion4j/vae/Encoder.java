package org.diffusion4j.vae;

import java.util.List;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.graph.UnaryFunction;
import org.diffusion4j.core.nn.Conv2d;
import org.diffusion4j.core.nn.Downsample2D;
import org.diffusion4j.core.nn.GroupNorm;

/**
 * From images to what describes their latents.
 *
 * @param outChannels of what describes them
 */
record Encoder(Stages stages, long outChannels) {

  /** {@code [n, c, h, w] -> [n, outChannels, h/downscale, w/downscale]}. */
  Tensor build(Graph graph, Tensor images) {
    List<Integer> channels = stages.blockOutChannels();
    Tensor h = Conv2d.same3x3(channels.get(0)).build(graph.scope("conv_in"), images);
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
        h = Downsample2D.PADDED_AT_THE_END.build(block.scope("downsamplers.0"), h);
      }
    }
    h = new MidBlock(stages).build(graph.scope("mid_block"), h);
    h =
        new GroupNorm(stages.normNumGroups(), Stages.NORM_EPSILON)
            .build(graph.scope("conv_norm_out"), h);
    h = graph.apply(UnaryFunction.SILU, h);
    return Conv2d.same3x3(outChannels).build(graph.scope("conv_out"), h);
  }
}

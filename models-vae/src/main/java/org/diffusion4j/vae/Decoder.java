package org.diffusion4j.vae;

import java.util.List;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.graph.UnaryFunction;
import org.diffusion4j.core.nn.Conv2d;
import org.diffusion4j.core.nn.GroupNorm;
import org.diffusion4j.core.nn.Upsample2D;

/**
 * From latents to images.
 *
 * @param outChannels of the images
 */
record Decoder(Stages stages, long outChannels) {

  /** {@code [n, c, h, w] -> [n, outChannels, h*downscale, w*downscale]}. */
  Tensor build(Graph graph, Tensor latents) {
    List<Integer> channels = stages.blockOutChannels();
    int last = channels.size() - 1;
    Tensor h = Conv2d.same3x3(channels.get(last)).build(graph.scope("conv_in"), latents);
    h = new MidBlock(stages).build(graph.scope("mid_block"), h);
    for (int i = 0; i <= last; i++) {
      Graph block = graph.scope("up_blocks." + i);
      int width = channels.get(last - i);
      boolean attends = stages.upBlockTypes().get(i) == UpDecoderBlockType.ATTN_UP_DECODER_BLOCK_2D;
      for (int j = 0; j <= stages.layersPerBlock(); j++) {
        h = stages.resnet(width).build(block.scope("resnets." + j), h);
        if (attends) {
          h = stages.attention(width).build(block.scope("attentions." + j), h);
        }
      }
      if (i < last) {
        h = new Upsample2D().build(block.scope("upsamplers.0"), h);
      }
    }
    h =
        new GroupNorm(stages.normNumGroups(), Stages.NORM_EPSILON)
            .build(graph.scope("conv_norm_out"), h);
    h = graph.apply(UnaryFunction.SILU, h);
    return Conv2d.same3x3(outChannels).build(graph.scope("conv_out"), h);
  }
}

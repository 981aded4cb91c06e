package org.diffusion4j.vae;

import java.util.List;
import java.util.Optional;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.graph.UnaryFunction;
import org.diffusion4j.core.nn.Conv2d;
import org.diffusion4j.core.nn.Downsample2D;
import org.diffusion4j.core.nn.GroupNorm;
import org.diffusion4j.core.nn.ResnetBlock2D;

/** From images to the moments of their latents. */
final class Encoder {
  private Encoder() {}

  /** {@code [n, inChannels, h, w] -> [n, 2*latentChannels, h/downscale, w/downscale]}. */
  static Tensor build(Graph graph, Tensor images, AutoencoderKLConfig config) {
    List<Integer> channels = config.blockOutChannels();
    Tensor h = Conv2d.same3x3(graph.scope("conv_in"), images, channels.get(0));
    for (int i = 0; i < channels.size(); i++) {
      Graph block = graph.scope("down_blocks." + i);
      ResnetBlock2D resnet =
          new ResnetBlock2D(channels.get(i), config.normNumGroups(), AutoencoderKL.NORM_EPSILON);
      for (int j = 0; j < config.layersPerBlock(); j++) {
        h = resnet.build(block.scope("resnets." + j), h, Optional.empty());
      }
      if (i < channels.size() - 1) {
        h = Downsample2D.paddedAtTheEnd(block.scope("downsamplers.0"), h);
      }
    }
    h = MidBlock.build(graph.scope("mid_block"), h, config);
    h =
        GroupNorm.build(
            graph.scope("conv_norm_out"), h, config.normNumGroups(), AutoencoderKL.NORM_EPSILON);
    h = graph.apply(UnaryFunction.SILU, h);
    return Conv2d.same3x3(graph.scope("conv_out"), h, 2L * config.latentChannels());
  }
}

package org.diffusion4j.unet;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.diffusion4j.core.check.Require;
import org.diffusion4j.core.embed.SinusoidalEmbedding;
import org.diffusion4j.core.embed.TimestepEmbedding;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.ParameterSpec;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.graph.UnaryFunction;
import org.diffusion4j.core.nn.Conv2d;
import org.diffusion4j.core.nn.GroupNorm;
import org.diffusion4j.core.nn.ResnetBlock2D;
import org.diffusion4j.core.nn.attention.Transformer2DModel;
import org.diffusion4j.unet.block.DownBlock;
import org.diffusion4j.unet.block.MidBlock;
import org.diffusion4j.unet.block.StageResampler;
import org.diffusion4j.unet.block.UNetStage;
import org.diffusion4j.unet.block.UpBlock;

/**
 * The U-Net that predicts noise from a noisy image, a time and a text (Ho et al. 2020, Rombach et
 * al. 2022), with the parameter names of diffusers' {@code UNet2DConditionModel}.
 */
public final class UNet2DConditionModel {
  /** How much longer the time embedding is than its sinusoids. */
  private static final int TIME_EMBEDDING_FACTOR = 4;

  private static final boolean COSINES_FIRST = true;

  private final UNet2DConditionConfig config;

  public UNet2DConditionModel(UNet2DConditionConfig config) {
    this.config = config;
  }

  /** The configuration. */
  public UNet2DConditionConfig config() {
    return config;
  }

  /** The parameters of the network. */
  public List<ParameterSpec> parameters() {
    Graph graph = new Graph();
    int size = 2 * config.downscale();
    build(
        graph,
        graph.input("sample", 1, config.inChannels(), size, size),
        graph.input("timesteps", 1),
        graph.input("encoder_hidden_states", 1, 2, config.crossAttentionDim()));
    return graph.parameters();
  }

  /**
   * Adds the network.
   *
   * @param sample {@code [n, inChannels, h, w]}; h and w divisible by {@link
   *     UNet2DConditionConfig#downscale()}
   * @param timesteps {@code [n]}, from 0 to the number of training steps
   * @param encoderHiddenStates {@code [n, t, crossAttentionDim]}, the states of the text encoder
   * @return {@code [n, outChannels, h, w]}
   */
  public Tensor build(Graph graph, Tensor sample, Tensor timesteps, Tensor encoderHiddenStates) {
    requireShapes(sample, encoderHiddenStates);
    List<Integer> channels = config.blockOutChannels();
    int stages = channels.size();

    Tensor time =
        new SinusoidalEmbedding(channels.get(0), COSINES_FIRST, 0).build(graph, timesteps);
    time =
        TimestepEmbedding.build(
            graph.scope("time_embedding"), time, (long) TIME_EMBEDDING_FACTOR * channels.get(0));

    Tensor h = Conv2d.same3x3(graph.scope("conv_in"), sample, channels.get(0));
    Deque<Tensor> skips = new ArrayDeque<>();
    skips.push(h);
    for (int i = 0; i < stages; i++) {
      boolean last = i == stages - 1;
      Optional<StageResampler> downsampler =
          last ? Optional.empty() : Optional.of(StageResampler.PADDED_CONV);
      DownBlock block =
          new DownBlock(stage(i, encoderHiddenStates), config.layersPerBlock(), downsampler);
      h = block.build(graph.scope("down_blocks." + i), h, time, skips);
    }

    MidBlock middle = new MidBlock(stage(stages - 1, true, encoderHiddenStates));
    h = middle.build(graph.scope("mid_block"), h, time);

    for (int i = 0; i < stages; i++) {
      boolean last = i == stages - 1;
      Optional<StageResampler> upsampler =
          last ? Optional.empty() : Optional.of(StageResampler.UPSAMPLE_CONV);
      UpBlock block =
          new UpBlock(
              stage(stages - 1 - i, encoderHiddenStates), config.layersPerBlock() + 1, upsampler);
      h = block.build(graph.scope("up_blocks." + i), h, time, skips);
    }

    h = GroupNorm.build(graph.scope("conv_norm_out"), h, config.normNumGroups(), config.normEps());
    h = graph.apply(UnaryFunction.SILU, h);
    return Conv2d.same3x3(graph.scope("conv_out"), h, config.outChannels());
  }

  private UNetStage stage(int i, Tensor context) {
    return stage(i, config.downBlockTypes().get(i).hasCrossAttention(), context);
  }

  private UNetStage stage(int i, boolean attention, Tensor context) {
    int channels = config.blockOutChannels().get(i);
    int heads = config.attentionHeadDim();
    int groups = config.normNumGroups();
    Transformer2DModel transformer =
        new Transformer2DModel(heads, channels / heads, config.transformerLayersPerBlock(), groups);
    return new UNetStage(
        new ResnetBlock2D(channels, groups, config.normEps()),
        attention
            ? Optional.of((graph, x) -> transformer.build(graph, x, context))
            : Optional.empty());
  }

  private void requireShapes(Tensor sample, Tensor encoderHiddenStates) {
    Require.equal("channels of sample", sample.size(1), "inChannels", config.inChannels());
    Require.divisible("height of sample", sample.size(2), "downscale", config.downscale());
    Require.divisible("width of sample", sample.size(3), "downscale", config.downscale());
    Require.equal(
        "features of encoderHiddenStates",
        encoderHiddenStates.size(2),
        "crossAttentionDim",
        config.crossAttentionDim());
  }
}

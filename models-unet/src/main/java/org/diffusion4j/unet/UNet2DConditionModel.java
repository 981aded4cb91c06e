package org.diffusion4j.unet;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.diffusion4j.core.check.Require;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.ParameterSpec;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.nn.Conv2d;
import org.diffusion4j.core.nn.GroupNorm;
import org.diffusion4j.core.nn.ResnetBlock2D;
import org.diffusion4j.core.nn.ResnetBlock2D.Resampling;
import org.diffusion4j.core.nn.attention.BasicTransformerBlock;
import org.diffusion4j.core.nn.attention.Transformer2DModel;
import org.diffusion4j.unet.block.DownBlock;
import org.diffusion4j.unet.block.MidBlock;
import org.diffusion4j.unet.block.StageAttention;
import org.diffusion4j.unet.block.StageDownsampler;
import org.diffusion4j.unet.block.StageUpsampler;
import org.diffusion4j.unet.block.UNetStage;
import org.diffusion4j.unet.block.UpBlock;

/**
 * The U-Net that predicts noise from a noisy image, a time, a text and, if so configured, a class
 * or sizes (Ho et al. 2020, Rombach et al. 2022, Podell et al. 2023), with the parameter names of
 * diffusers' {@code UNet2DConditionModel}.
 */
public final class UNet2DConditionModel {
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
    int size = config.downscale();
    build(
        graph,
        graph.input("sample", 1, config.inChannels(), size, size),
        graph.input("timesteps", 1),
        graph.input("encoder_hidden_states", 1, 2, config.crossAttentionDim()),
        addedConditions(graph, 1, 1));
    return graph.parameters();
  }

  /**
   * Adds the inputs {@code class_labels}, {@code text_embeds} and {@code time_ids} where the config
   * asks for them.
   *
   * @param n images
   * @param sizes how many sizes are given for each image with {@link AdditionEmbedType#TEXT_TIME}:
   *     6 to the base model of Stable Diffusion XL, 5 to its refiner
   * @throws IllegalArgumentException if the sizes leave no features to the text
   */
  public AddedConditions addedConditions(Graph graph, long n, int sizes) {
    Optional<Tensor> labels =
        config.hasClasses() ? Optional.of(classLabels(graph, n)) : Optional.empty();
    if (config.additionEmbedType().isEmpty()) {
      return new AddedConditions(labels, Optional.empty(), Optional.empty());
    }
    int dim = config.projectionClassEmbeddingsInputDim().getAsInt();
    long textDim = dim - (long) sizes * config.additionTimeEmbedDim().getAsInt();
    Require.that(
        sizes > 0 && textDim > 0,
        "sizes",
        sizes,
        "must be positive and leave some of projectionClassEmbeddingsInputDim (=" + dim + ")");
    return new AddedConditions(
        labels,
        Optional.of(graph.input("text_embeds", n, textDim)),
        Optional.of(graph.input("time_ids", n, sizes)));
  }

  private Tensor classLabels(Graph graph, long n) {
    String name = "class_labels";
    if (config.classEmbedType().isEmpty()) {
      return graph.inputIds(name, n);
    }
    return switch (config.classEmbedType().get()) {
      case TIMESTEP -> graph.input(name, n);
      case IDENTITY -> graph.input(name, n, config.timeEmbedDim());
      case PROJECTION, SIMPLE_PROJECTION ->
          graph.input(name, n, config.projectionClassEmbeddingsInputDim().getAsInt());
    };
  }

  /** Adds a network of no {@link AddedConditions}. */
  public Tensor build(Graph graph, Tensor sample, Tensor timesteps, Tensor encoderHiddenStates) {
    return build(graph, sample, timesteps, encoderHiddenStates, AddedConditions.NONE);
  }

  /**
   * Adds the network.
   *
   * @param sample {@code [n, inChannels, h, w]}, of any size: where one cannot be halved, it is
   *     rounded, and the way up comes back to it
   * @param timesteps {@code [n]}, from 0 to the number of training steps
   * @param encoderHiddenStates {@code [n, t, crossAttentionDim]}, the states of the text encoder
   * @param added what the config asks for besides
   * @return {@code [n, outChannels, h, w]}
   * @throws IllegalArgumentException if a shape is not the config's, or if a condition is missing
   *     or not asked for
   */
  public Tensor build(
      Graph graph,
      Tensor sample,
      Tensor timesteps,
      Tensor encoderHiddenStates,
      AddedConditions added) {
    requireShapes(sample, encoderHiddenStates);
    List<Integer> channels = config.blockOutChannels();
    int stages = channels.size();

    Tensor time = new ConditionEmbedding(config).build(graph, timesteps, added);
    Tensor h = config.centerInputSample() ? graph.affine(sample, 2, -1) : sample;
    h = sameSize(graph.scope("conv_in"), h, channels.get(0), config.convInKernel());
    Deque<Tensor> skips = new ArrayDeque<>();
    skips.push(h);
    for (int i = 0; i < stages; i++) {
      DownBlock block = downBlock(i, encoderHiddenStates);
      h = block.build(graph.scope("down_blocks." + i), h, time, skips);
    }
    if (config.midBlockType().isPresent()) {
      h = midBlock(encoderHiddenStates).build(graph.scope("mid_block"), h, time);
    }
    for (int i = 0; i < stages; i++) {
      UpBlock block = upBlock(i, encoderHiddenStates);
      h = block.build(graph.scope("up_blocks." + i), h, time, skips);
    }
    h =
        new GroupNorm(config.normNumGroups(), config.normEps())
            .build(graph.scope("conv_norm_out"), h);
    h = graph.apply(config.actFn().function(), h);
    return sameSize(graph.scope("conv_out"), h, config.outChannels(), config.convOutKernel());
  }

  private static Tensor sameSize(Graph graph, Tensor x, int out, int kernel) {
    return Conv2d.square(out, kernel, 1, kernel / 2).build(graph, x);
  }

  private DownBlock downBlock(int i, Tensor context) {
    boolean attention = config.downBlockTypes().get(i) == DownBlockType.CROSS_ATTN_DOWN_BLOCK_2D;
    boolean last = i == config.blockOutChannels().size() - 1;
    return new DownBlock(
        stage(i, attention, context),
        config.layers(i),
        last ? Optional.empty() : Optional.of(StageDownsampler.conv(config.downsamplePadding())));
  }

  private MidBlock midBlock(Tensor context) {
    int last = config.blockOutChannels().size() - 1;
    return new MidBlock(
        new UNetStage(
            resnet(last, config.midBlockScaleFactor()),
            Optional.of(attention(last, false, context))));
  }

  private UpBlock upBlock(int i, Tensor context) {
    int height = config.blockOutChannels().size() - 1 - i;
    boolean attention = config.upBlockTypes().get(i) == UpBlockType.CROSS_ATTN_UP_BLOCK_2D;
    return new UpBlock(
        stage(height, attention, context),
        config.layers(height) + 1,
        height == 0 ? Optional.empty() : Optional.of(StageUpsampler.CONV));
  }

  private UNetStage stage(int i, boolean attention, Tensor context) {
    return new UNetStage(
        resnet(i, 1),
        attention
            ? Optional.of(attention(i, config.looksAtTextOnly(i), context))
            : Optional.empty());
  }

  private ResnetBlock2D resnet(int stage, double outputScaleFactor) {
    return new ResnetBlock2D(
        config.blockOutChannels().get(stage),
        config.normNumGroups(),
        config.normEps(),
        config.actFn().function(),
        config.resnetTimeScaleShift(),
        Resampling.NONE,
        outputScaleFactor);
  }

  private StageAttention attention(int stage, boolean onlyCrossAttention, Tensor context) {
    int heads = config.heads(stage);
    int headDim = config.blockOutChannels().get(stage) / heads;
    Transformer2DModel transformer =
        new Transformer2DModel(
            new BasicTransformerBlock(heads, headDim, onlyCrossAttention),
            config.transformerLayers(stage),
            config.normNumGroups(),
            config.useLinearProjection());
    return (graph, x) -> transformer.build(graph, x, context);
  }

  private void requireShapes(Tensor sample, Tensor encoderHiddenStates) {
    Require.equal("channels of sample", sample.size(1), "inChannels", config.inChannels());
    Require.equal(
        "features of encoderHiddenStates",
        encoderHiddenStates.size(2),
        "crossAttentionDim",
        config.crossAttentionDim());
  }
}

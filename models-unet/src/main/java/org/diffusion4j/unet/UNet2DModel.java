package org.diffusion4j.unet;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.diffusion4j.core.check.Require;
import org.diffusion4j.core.embed.GaussianFourierProjection;
import org.diffusion4j.core.embed.SinusoidalEmbedding;
import org.diffusion4j.core.embed.TimestepEmbedding;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.ParameterSpec;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.graph.UnaryFunction;
import org.diffusion4j.core.nn.Conv2d;
import org.diffusion4j.core.nn.GroupNorm;
import org.diffusion4j.core.nn.ResnetBlock2D;
import org.diffusion4j.core.nn.ResnetBlock2D.Resampling;
import org.diffusion4j.core.nn.attention.MultiHeadAttention;
import org.diffusion4j.core.nn.attention.SpatialAttention;
import org.diffusion4j.unet.block.DownBlock;
import org.diffusion4j.unet.block.MidBlock;
import org.diffusion4j.unet.block.StageAttention;
import org.diffusion4j.unet.block.StageDownsampler;
import org.diffusion4j.unet.block.StageUpsampler;
import org.diffusion4j.unet.block.UNetStage;
import org.diffusion4j.unet.block.UpBlock;

/**
 * The U-Net that predicts noise from a noisy image, a time and, if so configured, a class (Ho et
 * al. 2020, Dhariwal and Nichol 2021), with the parameter names of diffusers' {@code UNet2DModel}.
 */
public final class UNet2DModel {
  /** The standard deviation of the frequencies of {@link TimeEmbeddingType#FOURIER}. */
  private static final double FOURIER_SCALE = 16;

  private static final String TIME_PROJECTION = "time_proj";

  private final UNet2DConfig config;

  public UNet2DModel(UNet2DConfig config) {
    this.config = config;
  }

  /** The configuration. */
  public UNet2DConfig config() {
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
        classLabels(graph, 1));
    return graph.parameters();
  }

  /**
   * The names of the parameters that a training changes: all but the frequencies of {@link
   * TimeEmbeddingType#FOURIER}, which stay as they were drawn.
   */
  public List<String> trained() {
    return parameters().stream()
        .map(ParameterSpec::name)
        .filter(name -> !name.startsWith(TIME_PROJECTION + "."))
        .toList();
  }

  /**
   * Adds the input {@code class_labels} as the config has it, where it has classes.
   *
   * @param n images
   * @return ids below numClassEmbeds {@code [n]}, numbers {@code [n]} with {@link
   *     ClassEmbedType#TIMESTEP}, or embeddings {@code [n, timeEmbedDim]} with {@link
   *     ClassEmbedType#IDENTITY}
   */
  public Optional<Tensor> classLabels(Graph graph, long n) {
    if (!config.hasClasses()) {
      return Optional.empty();
    }
    String name = "class_labels";
    if (config.classEmbedType().isEmpty()) {
      return Optional.of(graph.inputIds(name, n));
    }
    return Optional.of(
        switch (config.classEmbedType().get()) {
          case TIMESTEP -> graph.input(name, n);
          case IDENTITY -> graph.input(name, n, config.timeEmbedDim());
        });
  }

  /**
   * Adds the network of a config without classes.
   *
   * @param sample as below
   * @param timesteps as below
   * @return {@code [n, outChannels, h, w]}
   */
  public Tensor build(Graph graph, Tensor sample, Tensor timesteps) {
    return build(graph, sample, timesteps, Optional.empty());
  }

  /**
   * Adds the network.
   *
   * @param sample {@code [n, inChannels, h, w]}; h and w divisible by {@link
   *     UNet2DConfig#downscale()}
   * @param timesteps {@code [n]}, from 0 to the number of training steps; positive noise levels
   *     with {@link TimeEmbeddingType#FOURIER}
   * @param classLabels as {@link #classLabels} adds them; empty where the config has no classes
   * @return {@code [n, outChannels, h, w]}
   */
  public Tensor build(Graph graph, Tensor sample, Tensor timesteps, Optional<Tensor> classLabels) {
    requireShapes(sample, classLabels);
    List<Integer> channels = config.blockOutChannels();
    int stages = channels.size();

    Tensor time = timeEmbedding(graph, timesteps, classLabels);
    Tensor h = config.centerInputSample() ? graph.affine(sample, 2, -1) : sample;
    h = Conv2d.same3x3(channels.get(0)).build(graph.scope("conv_in"), h);
    Deque<Tensor> skips = new ArrayDeque<>();
    skips.push(h);
    for (int i = 0; i < stages; i++) {
      h = downBlock(i).build(graph.scope("down_blocks." + i), h, time, skips);
    }
    h = new MidBlock(middle()).build(graph.scope("mid_block"), h, time);
    for (int i = 0; i < stages; i++) {
      h = upBlock(i).build(graph.scope("up_blocks." + i), h, time, skips);
    }
    h =
        new GroupNorm(config.normNumGroups(), config.normEps())
            .build(graph.scope("conv_norm_out"), h);
    h = graph.apply(UnaryFunction.SILU, h);
    h = Conv2d.same3x3(config.outChannels()).build(graph.scope("conv_out"), h);
    return config.timeEmbeddingType() == TimeEmbeddingType.FOURIER
        ? h.dividedBy(graph.reshape(timesteps, timesteps.size(0), 1, 1, 1))
        : h;
  }

  private Tensor timeEmbedding(Graph graph, Tensor timesteps, Optional<Tensor> classLabels) {
    Tensor time =
        new TimestepEmbedding(config.timeEmbedDim())
            .build(graph.scope("time_embedding"), timeProjection(graph, timesteps));
    return classLabels.isPresent()
        ? graph.plus(time, classEmbedding(graph, classLabels.get()))
        : time;
  }

  private Tensor classEmbedding(Graph graph, Tensor labels) {
    Graph scope = graph.scope("class_embedding");
    int width = config.timeEmbedDim();
    if (config.classEmbedType().isEmpty()) {
      return ClassTable.build(scope, labels, config.numClassEmbeds().getAsInt(), width);
    }
    return switch (config.classEmbedType().get()) {
      case TIMESTEP -> new TimestepEmbedding(width).build(scope, timeProjection(graph, labels));
      case IDENTITY -> labels;
    };
  }

  private Tensor timeProjection(Graph graph, Tensor timesteps) {
    Graph scope = graph.scope(TIME_PROJECTION);
    int channels = config.blockOutChannels().get(0);
    return switch (config.timeEmbeddingType()) {
      case POSITIONAL ->
          new SinusoidalEmbedding(channels, config.flipSinToCos(), config.freqShift())
              .build(scope, timesteps);
      case FOURIER ->
          new GaussianFourierProjection(channels, FOURIER_SCALE, true, false)
              .build(scope, timesteps);
    };
  }

  private DownBlock downBlock(int i) {
    int channels = config.blockOutChannels().get(i);
    ResnetBlock2D resnet = resnet(channels, 1);
    boolean attention = config.downBlockTypes().get(i) == UNet2DDownBlockType.ATTN_DOWN_BLOCK_2D;
    boolean byResnet = attention && config.downsampleType() == ResampleType.RESNET;
    StageDownsampler downsampler =
        byResnet
            ? StageDownsampler.of(resnet.withResampling(Resampling.DOWN))
            : StageDownsampler.conv(config.downsamplePadding());
    boolean last = i == config.blockOutChannels().size() - 1;
    return new DownBlock(
        stage(resnet, attention),
        config.layersPerBlock(),
        last ? Optional.empty() : Optional.of(downsampler));
  }

  private UpBlock upBlock(int i) {
    int last = config.blockOutChannels().size() - 1;
    int channels = config.blockOutChannels().get(last - i);
    ResnetBlock2D resnet = resnet(channels, 1);
    boolean attention = config.upBlockTypes().get(i) == UNet2DUpBlockType.ATTN_UP_BLOCK_2D;
    boolean byResnet = attention && config.upsampleType() == ResampleType.RESNET;
    StageUpsampler upsampler =
        byResnet ? StageUpsampler.of(resnet.withResampling(Resampling.UP)) : StageUpsampler.CONV;
    return new UpBlock(
        stage(resnet, attention),
        config.layersPerBlock() + 1,
        i == last ? Optional.empty() : Optional.of(upsampler));
  }

  private UNetStage stage(ResnetBlock2D resnet, boolean attention) {
    int channels = Math.toIntExact(resnet.outChannels());
    return new UNetStage(
        resnet,
        attention
            ? Optional.of(attention(channels, OptionalInt.of(config.normNumGroups()), 1))
            : Optional.empty());
  }

  private UNetStage middle() {
    int channels = config.blockOutChannels().get(config.blockOutChannels().size() - 1);
    double scale = config.midBlockScaleFactor();
    return new UNetStage(
        resnet(channels, scale),
        config.addAttention()
            ? Optional.of(attention(channels, config.midAttentionGroups(), scale))
            : Optional.empty());
  }

  private ResnetBlock2D resnet(int channels, double outputScaleFactor) {
    return new ResnetBlock2D(
        channels,
        config.normNumGroups(),
        config.normEps(),
        config.actFn().function(),
        config.resnetTimeScaleShift(),
        Resampling.NONE,
        outputScaleFactor);
  }

  private StageAttention attention(int channels, OptionalInt groups, double scaleFactor) {
    int headDim = config.headDim(channels);
    MultiHeadAttention attention = new MultiHeadAttention(channels / headDim, headDim, true);
    return new SpatialAttention(attention, groups, config.normEps(), scaleFactor)::build;
  }

  private void requireShapes(Tensor sample, Optional<Tensor> classLabels) {
    Require.equal("channels of sample", sample.size(1), "inChannels", config.inChannels());
    Require.divisible("height of sample", sample.size(2), "downscale", config.downscale());
    Require.divisible("width of sample", sample.size(3), "downscale", config.downscale());
    Require.that(
        classLabels.isPresent() == config.hasClasses(),
        "classLabels",
        classLabels.map(Tensor::toString).orElse("absent"),
        config.hasClasses()
            ? "must be given to a model of classes"
            : "must be absent: the model has no classes");
  }
}

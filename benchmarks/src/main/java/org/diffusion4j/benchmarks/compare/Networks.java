package org.diffusion4j.benchmarks.compare;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.diffusion4j.benchmarks.large.UNetFolder;
import org.diffusion4j.clip.text.ClipTextConfig;
import org.diffusion4j.clip.text.ClipTextModel;
import org.diffusion4j.core.graph.ConvSettings;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Initializer;
import org.diffusion4j.core.graph.ParameterLayout;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.loss.MeanSquaredError;
import org.diffusion4j.core.random.Generator;
import org.diffusion4j.unet.UNet2DConditionModel;
import org.diffusion4j.unet.UNet2DConfig;
import org.diffusion4j.unet.UNet2DDownBlockType;
import org.diffusion4j.unet.UNet2DModel;
import org.diffusion4j.unet.UNet2DUpBlockType;
import org.diffusion4j.vae.AutoencoderKL;
import org.diffusion4j.vae.AutoencoderKLConfig;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The networks of the works, each with inputs that are drawn from one seed. */
final class Networks {
  private static final int CONVOLUTIONS = 8;
  private static final String OUTPUT = "output";
  private static final String LOSS = "loss";
  private static final long SEED = 7;
  private static final int TRAIN_TIMESTEPS = 1000;

  /** What CLIP's text encoders read at once. */
  private static final int TOKENS = 77;

  /** Height and width of the latents of pictures of 512 x 512. */
  private static final int LATENT_SIZE = 64;

  /** The text encoder of CLIP ViT-L/14, which Stable Diffusion 1.5 has. */
  private static final ClipTextConfig CLIP =
      new ClipTextConfig(49_408, 768, 3072, 12, 12, 77, 1e-5);

  /** The autoencoder of Stable Diffusion 1.5. */
  private static final AutoencoderKLConfig VAE =
      new AutoencoderKLConfig(3, 3, List.of(128, 256, 512, 512), 2, 4, 32, true, 0.18215);

  private final Graph graph = new Graph();
  private final Generator generator = new Generator(SEED);
  private final Map<String, INDArray> inputs = new HashMap<>();

  private Networks() {}

  /** Stable Diffusion 1.5's U-Net. */
  static NetworkTask stableDiffusion(int batch, Path weights) {
    Networks network = new Networks();
    Tensor sample = network.input("sample", batch, 4, LATENT_SIZE, LATENT_SIZE);
    Tensor timesteps = network.timesteps(batch);
    Tensor states = network.input("encoder_hidden_states", batch, TOKENS, CLIP.hiddenSize());
    UNet2DConditionModel unet = new UNet2DConditionModel(UNetFolder.STABLE_DIFFUSION_1_5);
    return network.forward(unet.build(network.graph, sample, timesteps, states), weights);
  }

  /** The decoder of Stable Diffusion's autoencoder, for a picture of 512 x 512. */
  static NetworkTask vaeDecoder(Path weights) {
    Networks network = new Networks();
    Tensor latents = network.input("latents", 1, VAE.latentChannels(), LATENT_SIZE, LATENT_SIZE);
    return network.forward(new AutoencoderKL(VAE).decode(network.graph, latents), weights);
  }

  /** Stable Diffusion 1.5's text encoder, for one text. */
  static NetworkTask clipText(Path weights) {
    Networks network = new Networks();
    Tensor ids = network.graph.inputIds("input_ids", 1, TOKENS);
    long[] values = network.generator.randint(0, CLIP.vocabSize(), TOKENS);
    network.inputs.put("input_ids", Nd4j.createFromArray(values).reshape(1, TOKENS));
    return network.forward(new ClipTextModel(CLIP).build(network.graph, ids), weights);
  }

  /** Large convolutions of a kind that U-Nets are made of, so many that nothing else counts. */
  static NetworkTask convolution(Path weights) {
    int channels = 640;
    int size = 32;
    Networks network = new Networks();
    Tensor y = network.input("x", 1, channels, size, size);
    Tensor weight =
        network.graph.parameter(
            "weight",
            ParameterLayout.CONV2D,
            Initializer.fanIn(9L * channels),
            3,
            3,
            channels,
            channels);
    ConvSettings settings = ConvSettings.DEFAULT.withPadding(1);
    for (int i = 0; i < CONVOLUTIONS; i++) {
      y = network.graph.conv2d(y, weight, settings);
    }
    return network.forward(y, weights);
  }

  /** Training of a U-Net on digits, as tutorials have it. */
  static NetworkTask smallTraining(Path weights) {
    UNet2DConfig config = unet(1, List.of(32, 64, 64), 2, false);
    return new Networks().training(config, 32, 28, weights);
  }

  /** Training of a U-Net on small pictures. */
  static NetworkTask mediumTraining(Path weights) {
    UNet2DConfig config = unet(3, List.of(96, 192, 256), 2, true);
    return new Networks().training(config, 16, 32, weights);
  }

  private static UNet2DConfig unet(
      int imageChannels, List<Integer> channels, int layers, boolean attention) {
    UNet2DDownBlockType down = UNet2DDownBlockType.DOWN_BLOCK_2D;
    UNet2DUpBlockType up = UNet2DUpBlockType.UP_BLOCK_2D;
    return UNet2DConfig.DEFAULTS.with(
        config ->
            config
                .inChannels(imageChannels)
                .outChannels(imageChannels)
                .downBlockTypes(
                    List.of(down, attention ? UNet2DDownBlockType.ATTN_DOWN_BLOCK_2D : down, down))
                .upBlockTypes(List.of(up, attention ? UNet2DUpBlockType.ATTN_UP_BLOCK_2D : up, up))
                .blockOutChannels(channels)
                .layersPerBlock(layers)
                .attentionHeadDim(32)
                .normNumGroups(8));
  }

  private NetworkTask training(UNet2DConfig config, int batch, int size, Path weights) {
    Tensor sample = input("sample", batch, config.inChannels(), size, size);
    Tensor target = input("target", batch, config.outChannels(), size, size);
    Tensor prediction = new UNet2DModel(config).build(graph, sample, timesteps(batch));
    graph.named(LOSS, new MeanSquaredError().build(graph, prediction, target));
    return new NetworkTask(graph, inputs, LOSS, true, weights);
  }

  private NetworkTask forward(Tensor output, Path weights) {
    graph.named(OUTPUT, output);
    return new NetworkTask(graph, inputs, OUTPUT, false, weights);
  }

  private Tensor input(String name, long... shape) {
    inputs.put(name, generator.randn(shape));
    return graph.input(name, shape);
  }

  private Tensor timesteps(int batch) {
    float[] times = new float[batch];
    long[] drawn = generator.randint(0, TRAIN_TIMESTEPS, batch);
    for (int i = 0; i < batch; i++) {
      times[i] = drawn[i];
    }
    inputs.put("timesteps", Nd4j.createFromArray(times));
    return graph.input("timesteps", batch);
  }
}

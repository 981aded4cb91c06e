package org.diffusion4j.examples.train;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.diffusion4j.core.data.EpochOrder;
import org.diffusion4j.core.data.ImageDataSet;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.LowRankUpdate;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.random.Generator;
import org.diffusion4j.core.train.Objective;
import org.diffusion4j.diffusion.loss.DiffusionLoss;
import org.diffusion4j.diffusion.pipeline.ModelFolder;
import org.diffusion4j.diffusion.pipeline.ModelFolder.Part;
import org.diffusion4j.diffusion.pipeline.TextEncoder;
import org.diffusion4j.diffusion.sample.DiscreteSchedulerConfig;
import org.diffusion4j.examples.model.FashionModels;
import org.diffusion4j.unet.UNet2DConditionConfig;
import org.diffusion4j.unet.UNet2DConditionModel;
import org.diffusion4j.vae.AutoencoderKL;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What a U-Net is trained on: the latents of pictures and the text states of their captions, by the
 * autoencoder and the text encoder of a model folder.
 */
final class CaptionedLatents implements Objective {
  /** How often a caption is left out, so that the U-Net learns both terms of the guidance. */
  private static final double CAPTION_DROPOUT = 0.1;

  private final ImageDataSet images;
  private final Latents latents;
  private final TextEncoder encoder;
  private final DiffusionLoss loss;
  private final EpochOrder order;
  private final int batchSize;
  private final long[] latentShape;

  /** The states of captions, each encoded once. */
  private final Map<String, float[]> known = new HashMap<>();

  private CaptionedLatents(
      TrainingSettings settings,
      ImageDataSet images,
      Latents latents,
      TextEncoder encoder,
      DiffusionLoss loss,
      long[] latentShape) {
    this.images = images;
    this.latents = latents;
    this.encoder = encoder;
    this.loss = loss;
    this.order = images.order(settings.seed());
    this.batchSize = settings.batchSize();
    this.latentShape = latentShape;
  }

  /** Encodes the pictures of the settings. */
  static CaptionedLatents open(
      TrainingSettings settings, ModelFolder model, DiscreteSchedulerConfig scheduler)
      throws IOException {
    AutoencoderKL vae = new AutoencoderKL(model.vaeConfig());
    ImageDataSet images = settings.data().train().padded(FashionModels.IMAGE_SIZE);
    long side = FashionModels.IMAGE_SIZE / vae.config().downscale();
    return new CaptionedLatents(
        settings,
        images,
        Latents.encode(vae.config(), model.load(Part.VAE, vae.parameters()), images),
        TextEncoder.open(model, 1),
        new DiffusionLoss(scheduler.noiseSchedule(), scheduler.predictionType()),
        new long[] {vae.config().latentChannels(), side, side});
  }

  /**
   * Adds a U-Net and its {@code loss}.
   *
   * @param updates the adapter that is trained beside the U-Net, empty for the U-Net itself
   */
  void build(Graph graph, UNet2DConditionConfig config, Map<String, LowRankUpdate> updates) {
    long side = latentShape[1];
    Tensor sample = graph.input("sample", batchSize, latentShape[0], side, side);
    Tensor timesteps = graph.input("timesteps", batchSize);
    Tensor states =
        graph.input(
            "encoder_hidden_states", batchSize, encoder.length(), config.crossAttentionDim());
    Tensor target = graph.input("target", batchSize, latentShape[0], side, side);
    Tensor prediction =
        new UNet2DConditionModel(config)
            .build(graph.withUpdates(updates), sample, timesteps, states);
    graph.named("loss", DiffusionLoss.build(graph, prediction, target));
  }

  @Override
  public Map<String, INDArray> inputs(long step, Generator generator) {
    int[] batch = order.batch(step, batchSize);
    float[][] x0 = new float[batchSize][];
    for (int i = 0; i < batchSize; i++) {
      x0[i] = latents.sample(batch[i], generator);
    }
    DiffusionLoss.Batch noised = loss.draw(x0, generator, latentShape);
    return Map.of(
        "sample", noised.sample(),
        "timesteps", noised.timesteps(),
        "target", noised.target(),
        "encoder_hidden_states", states(batch, generator));
  }

  /** One caption of each picture, left out now and then: {@code [n, s, d]}. */
  private INDArray states(int[] batch, Generator generator) {
    float[] dropout = generator.uniform(batch.length);
    long[] choices = generator.randint(0, Integer.MAX_VALUE, batch.length);
    int length = Math.toIntExact(encoder.length());
    float[] states = new float[0];
    for (int i = 0; i < batch.length; i++) {
      String caption = dropout[i] < CAPTION_DROPOUT ? "" : images.caption(batch[i], choices[i]);
      float[] values = known.computeIfAbsent(caption, this::encode);
      if (i == 0) {
        states = new float[batch.length * values.length];
      }
      System.arraycopy(values, 0, states, i * values.length, values.length);
    }
    long features = states.length / ((long) batch.length * length);
    return Nd4j.create(states, new long[] {batch.length, length, features}, 'c');
  }

  private float[] encode(String caption) {
    INDArray states = encoder.encode(List.of(caption), OptionalInt.empty()).states();
    return states.dup('c').data().asFloat();
  }
}

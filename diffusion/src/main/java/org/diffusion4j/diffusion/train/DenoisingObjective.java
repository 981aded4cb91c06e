package org.diffusion4j.diffusion.train;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.diffusion4j.core.check.Require;
import org.diffusion4j.core.data.EpochOrder;
import org.diffusion4j.core.execution.Execution;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.LowRankUpdate;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.random.Generator;
import org.diffusion4j.core.train.Objective;
import org.diffusion4j.core.train.TrainingConfig;
import org.diffusion4j.core.train.TrainingTask;
import org.diffusion4j.core.weights.Weights;
import org.diffusion4j.diffusion.lora.LoraAdapter;
import org.diffusion4j.diffusion.loss.DiffusionLoss;
import org.diffusion4j.diffusion.loss.LossWeighting;
import org.diffusion4j.diffusion.sample.DiscreteSchedulerConfig;
import org.diffusion4j.unet.AddedConditions;
import org.diffusion4j.unet.UNet2DConditionConfig;
import org.diffusion4j.unet.UNet2DConditionModel;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The training of a U-Net on captioned latents: its loss, and the inputs of each step.
 *
 * <p>To a U-Net of Stable Diffusion XL every picture is whole and of the size that it has here.
 */
public final class DenoisingObjective implements Objective {
  private static final String LOSS = "loss";

  /** Height and width of the original, top and left of the crop, height and width of the image. */
  private static final int TIME_IDS = 6;

  private final CaptionedLatents data;
  private final DiscreteSchedulerConfig scheduler;
  private final DenoisingConfig config;
  private final DiffusionLoss loss;
  private final EpochOrder order;
  private final int batchSize;
  private final boolean weighted;

  /**
   * An objective.
   *
   * @param scheduler whose betas and prediction type the U-Net is trained with
   * @param training says how many pictures a step takes, and the seed of their order
   */
  public DenoisingObjective(
      CaptionedLatents data,
      DiscreteSchedulerConfig scheduler,
      DenoisingConfig config,
      TrainingConfig training) {
    this.data = data;
    this.scheduler = scheduler;
    this.config = config;
    this.loss =
        new DiffusionLoss(
            scheduler.noiseSchedule(), scheduler.predictionType(), config.weighting());
    this.order = data.order(training.seed());
    this.batchSize = training.batchSize();
    this.weighted = !config.weighting().equals(LossWeighting.UNIFORM);
  }

  /**
   * The training of all of a U-Net.
   *
   * @param weights changed in place
   * @throws IllegalArgumentException if the U-Net does not take these latents or captions
   */
  public TrainingTask task(UNet2DConditionConfig unet, Weights weights, Execution execution) {
    Graph graph = new Graph();
    build(graph, unet, Map.of());
    return TrainingTask.of(execution.open(graph, weights), LOSS, weights, this)
        .withDescription(description(unet));
  }

  /**
   * The training of an adapter of a U-Net that stays as it is.
   *
   * @param base the U-Net's weights
   * @param adapter changed in place
   * @throws IllegalArgumentException if the U-Net does not take these latents or captions
   */
  public TrainingTask task(
      UNet2DConditionConfig unet, Weights base, LoraAdapter adapter, Execution execution) {
    Graph graph = new Graph();
    build(graph, unet, adapter.updates(1));
    Weights weights = adapter.beside(graph, base);
    return TrainingTask.of(execution.open(graph, weights), LOSS, weights, this)
        .withTrained(adapter.parameters().arrays().keySet())
        .withDescription(description(unet));
  }

  private Map<String, String> description(UNet2DConditionConfig unet) {
    Map<String, String> description = new TreeMap<>();
    description.put("model", unet.toString());
    description.put("scheduler", scheduler.toString());
    description.put("captionDropout", Double.toString(config.captionDropout()));
    description.put("weighting", config.weighting().toString());
    description.put("data", data.description());
    return description;
  }

  private void build(
      Graph graph, UNet2DConditionConfig config, Map<String, LowRankUpdate> updates) {
    long[] shape = data.shape();
    CaptionStates states = data.states();
    Require.that(!config.hasClasses(), "class embedding of the U-Net", true, "must not be there");
    Require.that(
        config.inChannels() == shape[0],
        "in_channels of the U-Net",
        config.inChannels(),
        "must be the latent_channels of the autoencoder (="
            + shape[0]
            + "): U-Nets for inpainting are not trained");
    Require.equal(
        "features of a caption's states",
        states.features(),
        "cross_attention_dim of the U-Net",
        config.crossAttentionDim());
    UNet2DConditionModel unet = new UNet2DConditionModel(config);
    Tensor sample = graph.input("sample", batchSize, shape[0], shape[1], shape[2]);
    Tensor timesteps = graph.input("timesteps", batchSize);
    Tensor hidden =
        graph.input("encoder_hidden_states", batchSize, states.length(), states.features());
    AddedConditions added = unet.addedConditions(graph, batchSize, TIME_IDS);
    Require.equal(
        "features of a whole caption",
        states.pooledFeatures().orElse(0),
        "those that the U-Net takes",
        added.textEmbeds().map(embeds -> embeds.shapeArray()[1]).orElse(0L));
    Tensor target = graph.input("target", batchSize, shape[0], shape[1], shape[2]);
    Tensor prediction = unet.build(graph.withUpdates(updates), sample, timesteps, hidden, added);
    graph.named(
        LOSS,
        weighted
            ? DiffusionLoss.build(graph, prediction, target, graph.input("weights", batchSize))
            : DiffusionLoss.build(graph, prediction, target));
  }

  @Override
  public Map<String, INDArray> inputs(long step, Generator generator) {
    int[] batch = order.batch(step, batchSize);
    float[][] x0 = new float[batchSize][];
    for (int i = 0; i < batchSize; i++) {
      x0[i] = data.sample(batch[i], generator);
    }
    DiffusionLoss.Batch noised = loss.draw(x0, generator, data.shape());
    List<String> captions = captions(batch, generator);
    CaptionStates states = data.states();
    Map<String, INDArray> inputs = new HashMap<>();
    inputs.put("sample", noised.sample());
    inputs.put("timesteps", noised.timesteps());
    inputs.put("target", noised.target());
    inputs.put("encoder_hidden_states", states.states(captions));
    if (weighted) {
      inputs.put("weights", noised.weights());
    }
    if (states.pooledFeatures().isPresent()) {
      inputs.put("text_embeds", states.pooled(captions));
      inputs.put("time_ids", timeIds());
    }
    return inputs;
  }

  /** One caption of each picture, left out now and then. */
  private List<String> captions(int[] batch, Generator generator) {
    float[] dropout = generator.uniform(batch.length);
    long[] choices = generator.randint(0, Integer.MAX_VALUE, batch.length);
    List<String> captions = new ArrayList<>();
    for (int i = 0; i < batch.length; i++) {
      captions.add(dropout[i] < config.captionDropout() ? "" : data.caption(batch[i], choices[i]));
    }
    return captions;
  }

  private INDArray timeIds() {
    long[] size = data.pixels();
    double[] row = {size[0], size[1], 0, 0, size[0], size[1]};
    return Nd4j.createFromArray(row).reshape(1, TIME_IDS).repeat(0, batchSize);
  }
}

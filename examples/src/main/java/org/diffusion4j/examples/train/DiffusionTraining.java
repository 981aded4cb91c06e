package org.diffusion4j.examples.train;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.diffusion4j.core.data.EpochOrder;
import org.diffusion4j.core.data.ImageDataSet;
import org.diffusion4j.core.execution.SameDiffExecutor;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.random.Generator;
import org.diffusion4j.core.train.TrainingTask;
import org.diffusion4j.core.weights.DType;
import org.diffusion4j.core.weights.Weights;
import org.diffusion4j.diffusion.loss.DiffusionLoss;
import org.diffusion4j.diffusion.pipeline.ModelFolder;
import org.diffusion4j.diffusion.pipeline.ModelFolder.Part;
import org.diffusion4j.diffusion.pipeline.TextEncoder;
import org.diffusion4j.diffusion.sample.DdimConfig;
import org.diffusion4j.examples.model.FashionModels;
import org.diffusion4j.unet.UNet2DConditionConfig;
import org.diffusion4j.unet.UNet2DConditionModel;
import org.diffusion4j.vae.AutoencoderKL;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Trains the U-Net on the latents of pictures and the text states of their captions. */
public final class DiffusionTraining {
  /** How often a caption is left out, so that the U-Net learns both terms of the guidance. */
  private static final double CAPTION_DROPOUT = 0.1;

  private DiffusionTraining() {}

  /**
   * Trains the U-Net with the autoencoder and the text encoder of the model folder, and writes it
   * there with the configuration of its noise schedule.
   *
   * @return whether the training came to its end
   */
  public static boolean run(TrainingSettings settings) throws IOException {
    ModelFolder model = new ModelFolder(settings.model());
    AutoencoderKL vae = new AutoencoderKL(model.vaeConfig());
    ImageDataSet images = settings.data().train().padded(FashionModels.IMAGE_SIZE);
    Latents latents = Latents.encode(vae.config(), model.load(Part.VAE, vae.parameters()), images);
    TextEncoder encoder = TextEncoder.open(model, 1);
    Captions captions = new Captions(encoder);

    UNet2DConditionConfig config = FashionModels.unet();
    DdimConfig scheduler = FashionModels.scheduler();
    DiffusionLoss loss = new DiffusionLoss(scheduler.noiseSchedule(), scheduler.predictionType());
    int n = settings.batchSize();
    long side = FashionModels.IMAGE_SIZE / vae.config().downscale();
    long[] latentShape = {config.inChannels(), side, side};
    long length = encoder.length();

    Graph graph = new Graph();
    Tensor sample = graph.input("sample", n, latentShape[0], side, side);
    Tensor timesteps = graph.input("timesteps", n);
    Tensor states = graph.input("encoder_hidden_states", n, length, config.crossAttentionDim());
    Tensor target = graph.input("target", n, latentShape[0], side, side);
    Tensor prediction = new UNet2DConditionModel(config).build(graph, sample, timesteps, states);
    graph.named("loss", DiffusionLoss.build(graph, prediction, target));
    Weights weights =
        Weights.initialize(graph.parameters(), new Generator(Generator.derive(settings.seed())));

    EpochOrder order = images.order(settings.seed());
    TrainingTask task =
        TrainingTask.of(
                new SameDiffExecutor(graph, weights),
                "loss",
                weights,
                (step, generator) -> {
                  int[] batch = order.batch(step, n);
                  float[][] x0 = new float[n][];
                  for (int i = 0; i < n; i++) {
                    x0[i] = latents.sample(batch[i], generator);
                  }
                  DiffusionLoss.Batch noised = loss.draw(x0, generator, latentShape);
                  return Map.of(
                      "sample", noised.sample(),
                      "timesteps", noised.timesteps(),
                      "target", noised.target(),
                      "encoder_hidden_states", captions.states(images, batch, generator));
                })
            .withDescription(Map.of("model", config.toString(), "scheduler", scheduler.toString()));

    Optional<Weights> trained = TrainingRun.run(settings, task, model, Part.UNET);
    if (trained.isEmpty()) {
      return false;
    }
    model.save(Part.UNET, config, trained.get(), DType.F16);
    model.saveScheduler(scheduler);
    return true;
  }

  /** The states of captions, each encoded once. */
  private static final class Captions {
    private final TextEncoder encoder;
    private final Map<String, float[]> known = new HashMap<>();
    private long length;
    private long features;

    Captions(TextEncoder encoder) {
      this.encoder = encoder;
    }

    /** One caption of each picture, left out now and then: {@code [n, s, d]}. */
    INDArray states(ImageDataSet images, int[] batch, Generator generator) {
      float[] dropout = generator.uniform(batch.length);
      long[] choices = generator.randint(0, Integer.MAX_VALUE, batch.length);
      float[] states = new float[0];
      for (int i = 0; i < batch.length; i++) {
        String caption = dropout[i] < CAPTION_DROPOUT ? "" : images.caption(batch[i], choices[i]);
        float[] values = known.computeIfAbsent(caption, this::encode);
        if (i == 0) {
          states = new float[batch.length * values.length];
        }
        System.arraycopy(values, 0, states, i * values.length, values.length);
      }
      return Nd4j.create(states, new long[] {batch.length, length, features}, 'c');
    }

    private float[] encode(String caption) {
      INDArray states = encoder.encode(List.of(caption), OptionalInt.empty()).states();
      length = states.size(1);
      features = states.size(2);
      return states.dup('c').data().asFloat();
    }
  }
}

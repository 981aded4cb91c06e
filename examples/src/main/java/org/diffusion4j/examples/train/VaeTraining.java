package org.diffusion4j.examples.train;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.diffusion4j.core.data.EpochOrder;
import org.diffusion4j.core.data.ImageDataSet;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.random.Generator;
import org.diffusion4j.core.train.TrainingTask;
import org.diffusion4j.core.weights.DType;
import org.diffusion4j.core.weights.Weights;
import org.diffusion4j.diffusion.pipeline.ModelFolder;
import org.diffusion4j.diffusion.pipeline.ModelFolder.Part;
import org.diffusion4j.diffusion.train.Latents;
import org.diffusion4j.examples.model.FashionModels;
import org.diffusion4j.vae.AutoencoderKL;
import org.diffusion4j.vae.AutoencoderKLConfig;

/** Trains the autoencoder on pictures alone. */
public final class VaeTraining {
  /** Pictures that the spread of the latents is measured on. */
  private static final int SAMPLE = 2000;

  private VaeTraining() {}

  /**
   * Trains the autoencoder and writes it to the model folder, with the scaling factor that gives
   * its latents unit variance.
   *
   * @param images of {@link FashionModels#IMAGE_SIZE}
   * @param beta the weight of the divergence from the standard normal
   * @return whether the training came to its end
   */
  public static boolean run(TrainingSettings settings, ImageDataSet images, double beta)
      throws IOException {
    AutoencoderKLConfig config = FashionModels.vae();
    int n = settings.batchSize();
    int latentSize = FashionModels.IMAGE_SIZE / config.downscale();

    Graph graph = new Graph();
    Tensor x =
        graph.input(
            "images", n, config.inChannels(), FashionModels.IMAGE_SIZE, FashionModels.IMAGE_SIZE);
    Tensor noise = graph.input("noise", n, config.latentChannels(), latentSize, latentSize);
    new AutoencoderKL(config).loss(graph, x, noise, beta);
    Weights weights =
        Weights.initialize(graph.parameters(), new Generator(Generator.derive(settings.seed())));

    EpochOrder order = images.order(settings.seed());
    TrainingTask task =
        TrainingTask.of(
                settings.execution().open(graph, weights),
                "loss",
                weights,
                (step, generator) ->
                    Map.of(
                        "images",
                        images.images(order.batch(step, n)),
                        "noise",
                        generator.randn(noise.shapeArray())))
            .withMetrics(List.of("reconstruction_loss", "kl_loss"))
            .withDescription(Map.of("model", config.toString(), "beta", String.valueOf(beta)));

    ModelFolder model = new ModelFolder(settings.model());
    Optional<Weights> trained = settings.run().run(task, model, Part.VAE);
    if (trained.isEmpty()) {
      return false;
    }
    Latents latents =
        Latents.encode(
            config,
            trained.get(),
            images.slice(0, Math.min(SAMPLE, images.size())),
            settings.execution(),
            count -> {});
    model.save(
        Part.VAE,
        config.withScalingFactor(1 / latents.standardDeviation()),
        trained.get(),
        DType.F16);
    return true;
  }
}

package org.diffusion4j.examples.train;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.diffusion4j.core.execution.SameDiffExecutor;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.random.Generator;
import org.diffusion4j.core.train.TrainingTask;
import org.diffusion4j.core.weights.DType;
import org.diffusion4j.core.weights.Weights;
import org.diffusion4j.diffusion.pipeline.ModelFolder;
import org.diffusion4j.diffusion.pipeline.ModelFolder.Part;
import org.diffusion4j.diffusion.pipeline.ModelIndex;
import org.diffusion4j.diffusion.sample.DdimConfig;
import org.diffusion4j.diffusion.sample.SchedulerType;
import org.diffusion4j.examples.model.FashionModels;
import org.diffusion4j.unet.UNet2DConditionConfig;

/** Trains the U-Net on the latents of pictures and the text states of their captions. */
public final class DiffusionTraining {
  private DiffusionTraining() {}

  /**
   * Trains the U-Net with the autoencoder and the text encoder of the model folder, and writes it
   * there with the configuration of its noise schedule and the index of the whole model.
   *
   * @return whether the training came to its end
   */
  public static boolean run(TrainingSettings settings) throws IOException {
    ModelFolder model = new ModelFolder(settings.model());
    UNet2DConditionConfig config = FashionModels.unet();
    DdimConfig scheduler = FashionModels.scheduler();
    CaptionedLatents latents = CaptionedLatents.open(settings, model, scheduler);
    Graph graph = new Graph();
    latents.build(graph, config, Map.of());
    Weights weights =
        Weights.initialize(graph.parameters(), new Generator(Generator.derive(settings.seed())));
    TrainingTask task =
        TrainingTask.of(new SameDiffExecutor(graph, weights), "loss", weights, latents)
            .withDescription(Map.of("model", config.toString(), "scheduler", scheduler.toString()));

    Optional<Weights> trained = TrainingRun.run(settings, task, model, Part.UNET);
    if (trained.isEmpty()) {
      return false;
    }
    model.save(Part.UNET, config, trained.get(), DType.F16);
    model.saveScheduler(scheduler);
    model.saveIndex(ModelIndex.stableDiffusion(SchedulerType.of(scheduler)));
    return true;
  }
}

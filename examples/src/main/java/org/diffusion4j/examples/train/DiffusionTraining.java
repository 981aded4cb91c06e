package org.diffusion4j.examples.train;

import java.io.IOException;
import java.util.Optional;
import org.diffusion4j.core.data.ImageDataSet;
import org.diffusion4j.core.random.Generator;
import org.diffusion4j.core.train.TrainingTask;
import org.diffusion4j.core.weights.DType;
import org.diffusion4j.core.weights.Weights;
import org.diffusion4j.diffusion.pipeline.ModelFolder;
import org.diffusion4j.diffusion.pipeline.ModelFolder.Part;
import org.diffusion4j.diffusion.pipeline.ModelIndex;
import org.diffusion4j.diffusion.sample.DdimConfig;
import org.diffusion4j.diffusion.sample.SchedulerType;
import org.diffusion4j.diffusion.train.CaptionedLatents;
import org.diffusion4j.diffusion.train.DenoisingConfig;
import org.diffusion4j.diffusion.train.DenoisingObjective;
import org.diffusion4j.diffusion.train.TrainingRun;
import org.diffusion4j.examples.model.FashionModels;
import org.diffusion4j.unet.UNet2DConditionConfig;
import org.diffusion4j.unet.UNet2DConditionModel;

/** Trains the U-Net on the latents of pictures and the text states of their captions. */
public final class DiffusionTraining {
  private DiffusionTraining() {}

  /**
   * Trains the U-Net with the autoencoder and the text encoder of the model folder, and writes it
   * there with the configuration of its noise schedule and the index of the whole model.
   *
   * @param images with captions, of {@link FashionModels#IMAGE_SIZE}
   * @param progress of what comes before the first step
   * @return whether the training came to its end
   */
  public static boolean run(
      TrainingSettings settings, ImageDataSet images, CaptionedLatents.Progress progress)
      throws IOException {
    ModelFolder model = new ModelFolder(settings.model());
    UNet2DConditionConfig config = FashionModels.unet();
    DdimConfig scheduler = FashionModels.scheduler();
    TrainingRun run = settings.run();
    CaptionedLatents latents =
        CaptionedLatents.encode(model, images, settings.execution(), progress);
    Weights weights =
        Weights.initialize(
            new UNet2DConditionModel(config).parameters(),
            new Generator(Generator.derive(settings.seed())));
    TrainingTask task =
        new DenoisingObjective(latents, scheduler, DenoisingConfig.DEFAULTS, run.config())
            .task(config, weights, settings.execution());

    Optional<Weights> trained = run.run(task, model, Part.UNET);
    if (trained.isEmpty()) {
      return false;
    }
    model.save(Part.UNET, config, trained.get(), DType.F16);
    model.saveScheduler(scheduler);
    model.saveIndex(ModelIndex.stableDiffusion(SchedulerType.of(scheduler)));
    return true;
  }
}

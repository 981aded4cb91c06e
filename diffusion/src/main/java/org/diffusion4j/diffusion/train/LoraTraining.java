package org.diffusion4j.diffusion.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.diffusion4j.core.data.ImageDataSet;
import org.diffusion4j.core.random.Generator;
import org.diffusion4j.core.train.TrainingTask;
import org.diffusion4j.core.weights.DType;
import org.diffusion4j.core.weights.Weights;
import org.diffusion4j.diffusion.lora.Lora;
import org.diffusion4j.diffusion.lora.LoraAdapter;
import org.diffusion4j.diffusion.lora.LoraConfig;
import org.diffusion4j.diffusion.lora.LoraFile;
import org.diffusion4j.diffusion.lora.LoraPart;
import org.diffusion4j.diffusion.pipeline.ModelFolder;
import org.diffusion4j.diffusion.pipeline.ModelFolder.Part;
import org.diffusion4j.diffusion.sample.DiscreteSchedulerConfig;
import org.diffusion4j.unet.UNet2DConditionConfig;
import org.diffusion4j.unet.UNet2DConditionModel;

/**
 * Trains an adapter of low rank of a model's U-Net; the model stays as it is.
 *
 * @param model what the adapter is for
 * @param output the file that the adapter is written to, in half precision
 * @param lora which layers get an adapter, of which rank
 * @param denoising what the U-Net with the adapter is taught
 * @param training how
 */
public record LoraTraining(
    ModelFolder model,
    Path output,
    LoraConfig lora,
    DenoisingConfig denoising,
    TrainingRun training) {

  /**
   * Trains, and writes the adapter.
   *
   * @param images see {@link TrainingPictures}
   * @param progress of what comes before the first step
   * @return whether the training came to its end
   * @throws IllegalStateException if the file is there, or a training that is not to be resumed
   * @throws IllegalArgumentException if the U-Net lacks a target of the config, the pictures do not
   *     fit the model, or the checkpoint is of another training
   * @throws org.diffusion4j.core.InvalidFileException if a part of the model is missing or damaged
   */
  public boolean run(ImageDataSet images, CaptionedLatents.Progress progress) throws IOException {
    training.requireNew(output);
    UNet2DConditionConfig unet = model.unetConfig();
    DiscreteSchedulerConfig scheduler = FineTuning.scheduler(model);
    Weights base = model.load(Part.UNET, new UNet2DConditionModel(unet).parameters());
    LoraAdapter adapter =
        LoraAdapter.initialize(
            base.specs(), lora, new Generator(Generator.derive(training.config().seed())));
    CaptionedLatents latents =
        CaptionedLatents.encode(model, images, training.execution(), progress);
    TrainingTask task =
        new DenoisingObjective(latents, scheduler, denoising, training.config())
            .task(unet, base, adapter, training.execution());
    TrainingTask described = task.withDescription(described(task.description()));
    try {
      Optional<Weights> trained = training.run(described, output);
      trained.ifPresent(
          averaged ->
              LoraFile.write(
                  output,
                  new Lora(Map.of(LoraPart.UNET, adapter.withParameters(averaged))),
                  DType.F16));
      return trained.isPresent();
    } finally {
      task.executor().close();
    }
  }

  private Map<String, String> described(Map<String, String> task) {
    Map<String, String> description = new TreeMap<>(task);
    description.put("lora", lora.toString());
    return description;
  }
}

package org.diffusion4j.examples.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.diffusion4j.core.InvalidFileException;
import org.diffusion4j.core.execution.SameDiffExecutor;
import org.diffusion4j.core.graph.Graph;
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
import org.diffusion4j.diffusion.sample.SchedulerConfig;
import org.diffusion4j.unet.UNet2DConditionConfig;
import org.diffusion4j.unet.UNet2DConditionModel;

/** Trains an adapter of a U-Net that stays as it is, as {@link DiffusionTraining} trains one. */
public final class LoraTraining {
  private LoraTraining() {}

  /**
   * Trains an adapter of the U-Net of the model folder.
   *
   * @param output the file that the adapter is written to, in half precision
   * @return whether the training came to its end
   * @throws IllegalArgumentException if the U-Net lacks a target of the config
   */
  public static boolean run(TrainingSettings settings, LoraConfig config, Path output)
      throws IOException {
    ModelFolder model = new ModelFolder(settings.model());
    UNet2DConditionConfig unet = model.unetConfig();
    Weights base = model.load(Part.UNET, new UNet2DConditionModel(unet).parameters());
    LoraAdapter adapter =
        LoraAdapter.initialize(
            base.specs(), config, new Generator(Generator.derive(settings.seed())));
    DiscreteSchedulerConfig scheduler = scheduler(model);
    CaptionedLatents latents = CaptionedLatents.open(settings, model, scheduler);
    Graph graph = new Graph();
    latents.build(graph, unet, adapter.updates(1));
    Weights weights = adapter.beside(graph, base);
    TrainingTask task =
        TrainingTask.of(new SameDiffExecutor(graph, weights), "loss", weights, latents)
            .withTrained(adapter.parameters().arrays().keySet())
            .withDescription(
                Map.of(
                    "model", unet.toString(),
                    "scheduler", scheduler.toString(),
                    "lora", config.toString()));
    Optional<Weights> trained = TrainingRun.run(settings, task, output);
    trained.ifPresent(
        averaged ->
            LoraFile.write(
                output,
                new Lora(Map.of(LoraPart.UNET, adapter.withParameters(averaged))),
                DType.F16));
    return trained.isPresent();
  }

  private static DiscreteSchedulerConfig scheduler(ModelFolder model) throws IOException {
    SchedulerConfig config = model.schedulerConfig().config();
    if (config instanceof DiscreteSchedulerConfig discrete) {
      return discrete;
    }
    throw new InvalidFileException(
        model.root(), "scheduler must be one of a model that was trained on discrete timesteps");
  }
}

package org.diffusion4j.diffusion.train;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.diffusion4j.core.InvalidFileException;
import org.diffusion4j.core.check.Require;
import org.diffusion4j.core.data.ImageDataSet;
import org.diffusion4j.core.train.TrainingTask;
import org.diffusion4j.core.weights.Weights;
import org.diffusion4j.diffusion.pipeline.ModelFolder;
import org.diffusion4j.diffusion.pipeline.ModelFolder.Part;
import org.diffusion4j.diffusion.sample.DiscreteSchedulerConfig;
import org.diffusion4j.diffusion.sample.SchedulerConfig;
import org.diffusion4j.unet.UNet2DConditionConfig;
import org.diffusion4j.unet.UNet2DConditionModel;

/**
 * Trains the U-Net of a model further, on pictures of one's own; its autoencoder and text encoders
 * stay as they are.
 *
 * <p>The result is a model folder of its own, and what it is made from is not changed. It has the
 * new U-Net in the precision of the old one, every other part bit for bit, and, in {@code
 * unet/training}, log and checkpoint.
 *
 * @param model what is trained further
 * @param output the folder of the result: made if it is missing, else empty but for a checkpoint
 * @param denoising what the U-Net is taught
 * @param training how
 */
public record FineTuning(
    ModelFolder model, Path output, DenoisingConfig denoising, TrainingRun training) {

  /**
   * Looks at the folders, before any work.
   *
   * @throws IllegalArgumentException if output is the model's folder or within it, or if adapters
   *     are merged into the model, which would remain in the U-Net alone
   */
  public FineTuning {
    Require.that(
        !real(output).startsWith(real(model.root())),
        "output",
        output,
        "must not be within the model's folder (=" + model.root() + ")");
    Require.that(
        model.adapters().isEmpty(),
        "number of adapters",
        model.adapters().size(),
        "must be 0 to train a model further");
  }

  /** Links resolved as far as the path is there. */
  private static Path real(Path path) {
    Path absolute = path.toAbsolutePath().normalize();
    Path there = absolute;
    while (!Files.exists(there) && there.getParent() != null) {
      there = there.getParent();
    }
    try {
      return there.toRealPath().resolve(there.relativize(absolute)).normalize();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot resolve " + path, e);
    }
  }

  /**
   * Trains, and writes the result.
   *
   * @param images see {@link TrainingPictures}
   * @param progress of what comes before the first step
   * @return whether the training came to its end
   * @throws IllegalStateException if the output is not empty, or holds a training that is not to be
   *     resumed
   * @throws IllegalArgumentException if the pictures do not fit the model, or the checkpoint is of
   *     another training
   * @throws InvalidFileException if a part of the model is missing or damaged
   */
  public boolean run(ImageDataSet images, CaptionedLatents.Progress progress) throws IOException {
    ModelFolder result = new ModelFolder(output);
    training.requireNew(result, Part.UNET);
    if (!training.begun(result, Part.UNET)) {
      requireEmpty();
    }
    Files.createDirectories(output);
    UNet2DConditionConfig config = model.unetConfig();
    DiscreteSchedulerConfig scheduler = scheduler(model);
    Weights weights = model.load(Part.UNET, new UNet2DConditionModel(config).parameters());
    CaptionedLatents latents =
        CaptionedLatents.encode(model, images, training.execution(), progress);
    TrainingTask task =
        new DenoisingObjective(latents, scheduler, denoising, training.config())
            .task(config, weights, training.execution());
    try {
      Optional<Weights> trained = training.run(task, result, Part.UNET);
      if (trained.isEmpty()) {
        return false;
      }
      result.save(Part.UNET, config, trained.get(), model.dtype(Part.UNET));
      ModelCopy.copyAround(model, output);
      return true;
    } finally {
      task.executor().close();
    }
  }

  /** A training that was killed before its first checkpoint leaves the U-Net's folder. */
  private void requireEmpty() throws IOException {
    if (!Files.isDirectory(output)) {
      return;
    }
    try (Stream<Path> files = Files.list(output)) {
      Optional<Path> other =
          files.filter(file -> !file.endsWith(Part.UNET.folder())).sorted().findFirst();
      if (other.isPresent()) {
        throw new IllegalStateException(
            other.get() + " is there already: train in another folder, or remove it");
      }
    }
  }

  /**
   * The scheduler that a model was trained with.
   *
   * @throws InvalidFileException if it is not one of discrete timesteps
   */
  static DiscreteSchedulerConfig scheduler(ModelFolder model) throws IOException {
    SchedulerConfig config = model.schedulerConfig().config();
    if (config instanceof DiscreteSchedulerConfig discrete) {
      return discrete;
    }
    throw new InvalidFileException(
        model.root(), "scheduler must be one of a model that was trained on discrete timesteps");
  }
}

package org.diffusion4j.examples.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.diffusion4j.core.train.JsonLinesLog;
import org.diffusion4j.core.train.Trainer;
import org.diffusion4j.core.train.TrainingListener;
import org.diffusion4j.core.train.TrainingResult;
import org.diffusion4j.core.train.TrainingTask;
import org.diffusion4j.core.weights.Weights;
import org.diffusion4j.diffusion.pipeline.ModelFolder;
import org.diffusion4j.diffusion.pipeline.ModelFolder.Part;

/** One training with its log and checkpoints, which lie in a folder beside the trained part. */
final class TrainingRun {
  private static final String FOLDER = "training";

  private TrainingRun() {}

  /**
   * Trains.
   *
   * @return the averaged weights, or nothing if the training was cancelled
   * @throws IllegalStateException if the part has been trained or its training has begun, unless it
   *     is resumed from a checkpoint
   */
  static Optional<Weights> run(
      TrainingSettings settings, TrainingTask task, ModelFolder model, Part part)
      throws IOException {
    Path folder = model.folder(part).resolve(FOLDER);
    requireNew(settings, folder, model.has(part), model.folder(part), "train in another folder");
    return trained(settings, task, folder);
  }

  /**
   * Trains what is written to a file; log and checkpoints lie in a folder beside it.
   *
   * @return the averaged weights, or nothing if the training was cancelled
   * @throws IllegalStateException if the file is there or its training has begun, unless it is
   *     resumed from a checkpoint
   */
  static Optional<Weights> run(TrainingSettings settings, TrainingTask task, Path file)
      throws IOException {
    Path folder = file.resolveSibling(file.getFileName() + "-" + FOLDER);
    requireNew(settings, folder, Files.exists(file), file, "write another file");
    return trained(settings, task, folder);
  }

  private static void requireNew(
      TrainingSettings settings, Path folder, boolean done, Path result, String advice) {
    boolean begun = Files.exists(Trainer.checkpointFile(folder));
    if (done && !(settings.resume() && begun)) {
      throw new IllegalStateException(result + " is there already: " + advice + ", or remove it");
    }
  }

  private static Optional<Weights> trained(
      TrainingSettings settings, TrainingTask task, Path folder) throws IOException {
    Files.createDirectories(folder);
    List<TrainingListener> listeners = new ArrayList<>(settings.listeners());
    listeners.add(new JsonLinesLog(folder.resolve("log.jsonl")));
    Trainer trainer = new Trainer(settings.config(), task, folder, listeners);
    TrainingResult result =
        settings.resume()
            ? trainer.resume(settings.cancelled())
            : trainer.start(settings.cancelled());
    return result.outcome() == TrainingResult.Outcome.COMPLETED
        ? Optional.of(trainer.averagedWeights())
        : Optional.empty();
  }
}

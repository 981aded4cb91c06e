package org.diffusion4j.diffusion.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.diffusion4j.core.execution.Execution;
import org.diffusion4j.core.train.JsonLinesLog;
import org.diffusion4j.core.train.Trainer;
import org.diffusion4j.core.train.TrainingConfig;
import org.diffusion4j.core.train.TrainingListener;
import org.diffusion4j.core.train.TrainingResult;
import org.diffusion4j.core.train.TrainingTask;
import org.diffusion4j.core.weights.Weights;
import org.diffusion4j.diffusion.pipeline.ModelFolder;
import org.diffusion4j.diffusion.pipeline.ModelFolder.Part;

/**
 * One training with its log and checkpoints, which lie in a folder beside what is trained.
 *
 * @param config how many steps, at what rate
 * @param resume whether to go on from a checkpoint where there is one
 * @param listeners hear of the progress
 * @param cancelled asked before each step
 * @param execution what runs the graphs
 */
public record TrainingRun(
    TrainingConfig config,
    boolean resume,
    List<TrainingListener> listeners,
    BooleanSupplier cancelled,
    Execution execution) {
  private static final String FOLDER = "training";

  /** A run on the best executor, on all processors. */
  public TrainingRun(
      TrainingConfig config,
      boolean resume,
      List<TrainingListener> listeners,
      BooleanSupplier cancelled) {
    this(config, resume, listeners, cancelled, Execution.auto());
  }

  public TrainingRun {
    listeners = List.copyOf(listeners);
  }

  /** The same run with another config. */
  public TrainingRun withConfig(TrainingConfig config) {
    return new TrainingRun(config, resume, listeners, cancelled, execution);
  }

  /**
   * Trains a part of a model.
   *
   * @return the averaged weights, or nothing if the training was cancelled
   * @throws IllegalStateException as {@link #requireNew(ModelFolder, Part)}
   */
  public Optional<Weights> run(TrainingTask task, ModelFolder model, Part part) throws IOException {
    requireNew(model, part);
    return trained(task, folder(model, part));
  }

  /**
   * Trains what is written to a file; log and checkpoints lie in a folder beside it.
   *
   * @return the averaged weights, or nothing if the training was cancelled
   * @throws IllegalStateException as {@link #requireNew(Path)}
   */
  public Optional<Weights> run(TrainingTask task, Path file) throws IOException {
    requireNew(file);
    return trained(task, folder(file));
  }

  /**
   * Nothing that was trained is overwritten.
   *
   * @throws IllegalStateException if the part has been trained or its training has begun, unless it
   *     is resumed from a checkpoint
   */
  void requireNew(ModelFolder model, Part part) {
    requireNew(folder(model, part), model.has(part), model.folder(part), "train in another folder");
  }

  /**
   * Nothing that was trained is overwritten.
   *
   * @throws IllegalStateException if the file is there or its training has begun, unless it is
   *     resumed from a checkpoint
   */
  void requireNew(Path file) {
    requireNew(folder(file), Files.exists(file), file, "write another file");
  }

  private void requireNew(Path folder, boolean done, Path result, String advice) {
    Path checkpoint = Trainer.checkpointFile(folder);
    boolean begun = Files.exists(checkpoint);
    if (done && !(resume && begun)) {
      throw new IllegalStateException(result + " is there already: " + advice + ", or remove it");
    }
    if (begun && !resume) {
      throw new IllegalStateException(checkpoint + " is there already: resume it, or " + advice);
    }
  }

  /** Whether there is a checkpoint of a part's training. */
  boolean begun(ModelFolder model, Part part) {
    return Files.exists(Trainer.checkpointFile(folder(model, part)));
  }

  private static Path folder(ModelFolder model, Part part) {
    return model.folder(part).resolve(FOLDER);
  }

  private static Path folder(Path file) {
    return file.resolveSibling(file.getFileName() + "-" + FOLDER);
  }

  private Optional<Weights> trained(TrainingTask task, Path folder) throws IOException {
    Files.createDirectories(folder);
    List<TrainingListener> all = new ArrayList<>(listeners);
    all.add(new JsonLinesLog(folder.resolve("log.jsonl")));
    Trainer trainer = new Trainer(config, task, folder, all);
    TrainingResult result = resume ? trainer.resume(cancelled) : trainer.start(cancelled);
    return result.outcome() == TrainingResult.Outcome.COMPLETED
        ? Optional.of(trainer.averagedWeights())
        : Optional.empty();
  }
}

package org.diffusion4j.core.train;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.diffusion4j.core.execution.Gradients;
import org.diffusion4j.core.files.AtomicFiles;
import org.diffusion4j.core.files.FolderLock;
import org.diffusion4j.core.random.Generator;
import org.diffusion4j.core.train.TrainingResult.Outcome;
import org.diffusion4j.core.weights.Weights;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Trains a model step by step.
 *
 * <p>A training that was stopped, killed or cancelled goes on from its last checkpoint and ends
 * with the same weights, bit for bit, as one that was never interrupted, provided that the executor
 * gives the same gradients each time. The arithmetic here does: exact functions come from {@link
 * StrictMath}, sums run in a fixed order. Not for two threads at a time.
 */
public final class Trainer {
  private static final double NANOS_PER_SECOND = 1e9;

  private final TrainingConfig config;
  private final TrainingTask task;
  private final Optional<Checkpoint> checkpoint;
  private final List<TrainingListener> listeners;
  private final Optimizer optimizer;
  private final ExponentialMovingAverage ema;
  private Progress progress = Progress.NONE;
  private long savedStep;

  /** A trainer that writes no checkpoints and starts from the task's weights as they are. */
  public Trainer(TrainingConfig config, TrainingTask task, List<TrainingListener> listeners) {
    this(config, task, Optional.empty(), listeners);
  }

  /**
   * A trainer that keeps its last checkpoint in a folder of its own.
   *
   * @param folder where {@link #checkpointFile} lies; made if it is missing
   */
  public Trainer(
      TrainingConfig config, TrainingTask task, Path folder, List<TrainingListener> listeners) {
    this(config, task, Optional.of(checkpointFile(folder)), listeners);
  }

  private Trainer(
      TrainingConfig config,
      TrainingTask task,
      Optional<Path> file,
      List<TrainingListener> listeners) {
    this.config = config;
    this.task = task;
    this.listeners = List.copyOf(listeners);
    optimizer = config.optimizer().create(task.trainedArrays(), task.decays());
    ema = new ExponentialMovingAverage(config.ema(), task.trainedArrays());
    checkpoint =
        file.map(
            f ->
                new Checkpoint(
                    f,
                    state(),
                    Fingerprint.of(config, task),
                    task.frozenArrays(),
                    task.executor().execution()));
  }

  /** Where a trainer with the given folder keeps its checkpoint. */
  public static Path checkpointFile(Path folder) {
    return folder.resolve("checkpoint.safetensors");
  }

  /** All arrays that change in training, by their names in a checkpoint. */
  private Map<String, INDArray> state() {
    Map<String, INDArray> state = new LinkedHashMap<>();
    task.trainedArrays().forEach((name, array) -> state.put("model." + name, array));
    optimizer.state().forEach((name, array) -> state.put("optimizer." + name, array));
    ema.shadow().forEach((name, array) -> state.put("ema." + name, array));
    return state;
  }

  /** The averaged weights, and the task's own where a parameter is not trained; no copies. */
  public Weights averagedWeights() {
    return ema.applyTo(task.weights());
  }

  /**
   * Begins a training and runs it to its end.
   *
   * @param cancelled asked before each step; once it is true, or the thread is interrupted, a
   *     checkpoint is written and the result says so
   * @throws IllegalStateException if there is a checkpoint already, this trainer has begun, or
   *     somebody else trains in the folder
   * @throws DivergenceException if the loss or a gradient is not finite
   * @throws UncheckedIOException if a checkpoint cannot be written or a listener fails to write
   */
  public TrainingResult start(BooleanSupplier cancelled) {
    if (progress.step() > 0) {
      throw new IllegalStateException("this trainer has begun: resume it");
    }
    return exclusively(
        () -> {
          checkpoint
              .filter(Checkpoint::exists)
              .ifPresent(
                  found -> {
                    throw new IllegalStateException(
                        found.file() + " is there already: resume it, or train in another folder");
                  });
          return run(false, cancelled);
        });
  }

  /**
   * Goes on from the last checkpoint, or begins where there is none.
   *
   * @param cancelled as for {@link #start}
   * @throws org.diffusion4j.core.InvalidFileException if the checkpoint is damaged
   * @throws IllegalArgumentException if the checkpoint is that of another model, or its training
   *     began with another config; the weights are then as before
   * @throws IllegalStateException if somebody else trains in the folder
   * @throws DivergenceException if the loss or a gradient is not finite
   * @throws UncheckedIOException if a checkpoint cannot be read or written, or a listener fails to
   *     write
   */
  public TrainingResult resume(BooleanSupplier cancelled) {
    return exclusively(
        () -> {
          checkpoint
              .filter(Checkpoint::exists)
              .ifPresent(
                  found -> {
                    progress = found.read();
                    task.weights().changed();
                    savedStep = progress.step();
                  });
          return run(true, cancelled);
        });
  }

  /** With the checkpoint's folder for itself, free of what a killed process left half-written. */
  private TrainingResult exclusively(Supplier<TrainingResult> training) {
    if (checkpoint.isEmpty()) {
      return training.get();
    }
    Path folder = checkpoint.get().folder();
    try {
      return FolderLock.holding(
          folder,
          () -> {
            AtomicFiles.sweep(folder);
            return training.get();
          });
    } catch (IOException e) {
      throw new UncheckedIOException("cannot train in " + folder, e);
    }
  }

  private TrainingResult run(boolean resumed, BooleanSupplier cancelled) {
    long parameterCount = task.trainedArrays().values().stream().mapToLong(INDArray::length).sum();
    TrainingStart start =
        new TrainingStart(progress.step(), config.steps(), resumed, parameterCount);
    TrainingResult result;
    try {
      tell(listener -> listener.started(start));
      result = loop(cancelled);
    } catch (RuntimeException | Error e) {
      try {
        tell(TrainingListener::finished);
      } catch (RuntimeException alsoFailed) {
        e.addSuppressed(alsoFailed);
      }
      throw e;
    }
    tell(TrainingListener::finished);
    return result;
  }

  private TrainingResult loop(BooleanSupplier cancelled) {
    double loss = Double.NaN;
    while (progress.step() < config.steps()) {
      if (cancelled.getAsBoolean() || Thread.currentThread().isInterrupted()) {
        save();
        return new TrainingResult(Outcome.CANCELLED, progress.step(), loss);
      }
      TrainingStep done = step(progress.step() + 1);
      loss = done.loss();
      progress = new Progress(done.step(), done.elapsedSeconds());
      tell(listener -> listener.stepped(done));
      if (progress.step() % config.checkpointEvery() == 0) {
        save();
      }
    }
    save();
    return new TrainingResult(Outcome.COMPLETED, progress.step(), loss);
  }

  private TrainingStep step(long step) {
    long began = System.nanoTime();
    Generator generator = new Generator(Generator.derive(config.seed(), step));
    Map<String, INDArray> inputs = task.objective().inputs(step, generator);
    Gradients result =
        task.executor().gradients(inputs, task.loss(), task.trained(), task.metrics());
    Map<String, INDArray> gradients = inCOrder(result.gradients());
    try {
      double learningRate = config.learningRate().at(step, config.steps());
      double gradientNorm = GradientClipping.norm(gradients);
      requireFinite(step, result.loss(), gradientNorm, gradients);
      double scale = GradientClipping.scale(gradientNorm, config.maxGradientNorm());
      optimizer.step(step, learningRate, gradients, scale, Optional.of(ema));
      task.weights().changed();
      double seconds = Math.max(1, System.nanoTime() - began) / NANOS_PER_SECOND;
      return new TrainingStep(
          step,
          config.steps(),
          result.loss(),
          metrics(result),
          learningRate,
          gradientNorm,
          config.batchSize() / seconds,
          progress.elapsedSeconds() + seconds);
    } finally {
      close(gradients);
      close(result.gradients());
      close(result.outputs());
      close(inputs);
    }
  }

  /** The trained parameters' gradients in the order of the weights, so that sums round alike. */
  private Map<String, INDArray> inCOrder(Map<String, INDArray> gradients) {
    Map<String, INDArray> ordered = new LinkedHashMap<>();
    for (String name : task.trained()) {
      INDArray gradient = gradients.get(name);
      if (gradient == null) {
        throw new IllegalStateException("the executor gave no gradient for parameter " + name);
      }
      ordered.put(name, HostFloats.isContiguous(gradient) ? gradient : gradient.dup('c'));
    }
    return ordered;
  }

  private static void requireFinite(
      long step, double loss, double gradientNorm, Map<String, INDArray> gradients) {
    if (!Double.isFinite(gradientNorm)) {
      String name = GradientClipping.firstNonFinite(gradients).orElseThrow();
      throw new DivergenceException(
          step,
          String.format(
              Locale.ROOT,
              "the gradient of %s is not finite at step %d (loss %s)",
              name,
              step,
              loss));
    }
    if (!Double.isFinite(loss)) {
      throw new DivergenceException(
          step, String.format(Locale.ROOT, "the loss (=%s) is not finite at step %d", loss, step));
    }
  }

  private Map<String, Double> metrics(Gradients result) {
    Map<String, Double> metrics = new LinkedHashMap<>();
    for (String name : task.metrics()) {
      metrics.put(name, result.outputs().get(name).getDouble(0));
    }
    return metrics;
  }

  /** Frees memory outside the Java heap, which would wait for the garbage collector. */
  private static void close(Map<String, INDArray> arrays) {
    for (INDArray array : arrays.values()) {
      if (array.closeable() && !array.wasClosed()) {
        array.close();
      }
    }
  }

  private void save() {
    if (checkpoint.isPresent() && progress.step() > savedStep) {
      checkpoint.get().write(progress);
      savedStep = progress.step();
      tell(listener -> listener.checkpointed(savedStep, checkpoint.get().file()));
    }
  }

  private interface Message {
    void to(TrainingListener listener) throws IOException;
  }

  private void tell(Message message) {
    for (TrainingListener listener : listeners) {
      try {
        message.to(listener);
      } catch (IOException e) {
        throw new UncheckedIOException(e.getMessage(), e);
      }
    }
  }
}

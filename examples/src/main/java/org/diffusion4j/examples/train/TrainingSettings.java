package org.diffusion4j.examples.train;

import java.nio.file.Path;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.diffusion4j.core.execution.Execution;
import org.diffusion4j.core.train.AdamW;
import org.diffusion4j.core.train.EmaDecay;
import org.diffusion4j.core.train.LearningRateSchedule;
import org.diffusion4j.core.train.TrainingConfig;
import org.diffusion4j.core.train.TrainingListener;
import org.diffusion4j.diffusion.train.TrainingRun;

/**
 * What the trainings have in common.
 *
 * @param model the folder that the trained part is written to, and the parts it builds on are read
 *     from
 * @param steps the number of steps
 * @param batchSize pictures a step
 * @param learningRate the highest rate, reached after a warm-up and left along a cosine
 * @param seed of all randomness
 * @param checkpointEvery steps from one checkpoint to the next
 * @param resume whether to go on from a checkpoint where there is one
 * @param listeners hear of the progress
 * @param cancelled asked before each step
 * @param execution what runs the graphs
 */
public record TrainingSettings(
    Path model,
    long steps,
    int batchSize,
    double learningRate,
    long seed,
    long checkpointEvery,
    boolean resume,
    List<TrainingListener> listeners,
    BooleanSupplier cancelled,
    Execution execution) {
  /** The share of the steps that the learning rate climbs, at most. */
  private static final long WARMUP_SHARE = 10;

  private static final long MAX_WARMUP_STEPS = 200;
  private static final double FLOOR = 0.01;
  private static final double EMA_DECAY = 0.999;

  public TrainingSettings {
    listeners = List.copyOf(listeners);
  }

  /** With the rate along a cosine, and averaged weights. */
  public TrainingRun run() {
    return new TrainingRun(config(), resume, listeners, cancelled, execution);
  }

  private TrainingConfig config() {
    long warmup = Math.min(MAX_WARMUP_STEPS, steps / WARMUP_SHARE);
    return new TrainingConfig(
        steps,
        batchSize,
        seed,
        LearningRateSchedule.cosine(learningRate, warmup, FLOOR * learningRate),
        AdamW.Config.TORCH,
        1,
        EmaDecay.of(EMA_DECAY),
        checkpointEvery);
  }
}

package org.diffusion4j.core.train;

import org.diffusion4j.core.check.Require;

/**
 * How a training runs.
 *
 * @param steps the number of steps, at least 1
 * @param batchSize images a step, at least 1
 * @param seed of all randomness
 * @param learningRate the rate of each step
 * @param optimizer the method and its numbers
 * @param maxGradientNorm the L2 norm that gradients are clipped to, positive; infinite for none
 * @param ema the decay of the averaged weights
 * @param checkpointEvery steps from one checkpoint to the next, at least 1
 */
public record TrainingConfig(
    long steps,
    int batchSize,
    long seed,
    LearningRateSchedule learningRate,
    Optimizer.Config optimizer,
    double maxGradientNorm,
    EmaDecay ema,
    long checkpointEvery) {

  public TrainingConfig {
    Require.positive("steps", steps);
    Require.positive("batchSize", batchSize);
    Require.that(maxGradientNorm > 0, "maxGradientNorm", maxGradientNorm, "must be positive");
    Require.positive("checkpointEvery", checkpointEvery);
    Require.atMost("warmupSteps", learningRate.warmupSteps(), "steps", steps);
  }

  /**
   * The usual choices for diffusion models: torch's AdamW, gradients clipped to norm 1, averaged
   * weights with decay 0.9999, a constant rate, a checkpoint every 1000 steps.
   */
  public static TrainingConfig of(long steps, int batchSize, double learningRate, long seed) {
    return new TrainingConfig(
        steps,
        batchSize,
        seed,
        LearningRateSchedule.constant(learningRate),
        AdamW.Config.TORCH,
        1,
        EmaDecay.of(0.9999),
        1000);
  }

  /** This config with another learning rate. */
  public TrainingConfig withLearningRate(LearningRateSchedule learningRate) {
    return new TrainingConfig(
        steps, batchSize, seed, learningRate, optimizer, maxGradientNorm, ema, checkpointEvery);
  }

  /** This config with another optimizer. */
  public TrainingConfig withOptimizer(Optimizer.Config optimizer) {
    return new TrainingConfig(
        steps, batchSize, seed, learningRate, optimizer, maxGradientNorm, ema, checkpointEvery);
  }

  /** This config with another bound on the gradients. */
  public TrainingConfig withMaxGradientNorm(double maxGradientNorm) {
    return new TrainingConfig(
        steps, batchSize, seed, learningRate, optimizer, maxGradientNorm, ema, checkpointEvery);
  }

  /** This config with another decay of the averaged weights. */
  public TrainingConfig withEma(EmaDecay ema) {
    return new TrainingConfig(
        steps, batchSize, seed, learningRate, optimizer, maxGradientNorm, ema, checkpointEvery);
  }

  /** This config with checkpoints at another distance. */
  public TrainingConfig withCheckpointEvery(long checkpointEvery) {
    return new TrainingConfig(
        steps, batchSize, seed, learningRate, optimizer, maxGradientNorm, ema, checkpointEvery);
  }
}

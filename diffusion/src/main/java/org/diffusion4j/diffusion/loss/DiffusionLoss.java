package org.diffusion4j.diffusion.loss;

import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.loss.MeanSquaredError;
import org.diffusion4j.core.random.Generator;
import org.diffusion4j.diffusion.schedule.NoiseSchedule;
import org.diffusion4j.diffusion.schedule.PredictionType;

/**
 * The training loss of diffusion models (Ho et al. 2020, Algorithm 1 and formula (14)): {@code
 * mean((target - model(sqrt(abar_t) x0 + sqrt(1 - abar_t) eps, t))^2)} with t uniform and eps
 * standard normal.
 *
 * @param schedule the noise of each timestep
 * @param predictionType what the model predicts, and so the target: eps, v or x0
 */
public record DiffusionLoss(NoiseSchedule schedule, PredictionType predictionType) {

  /**
   * One image's part of a training step.
   *
   * @param timestep t
   * @param noisy the network's input, of x0's length
   * @param target what it should give, of x0's length
   */
  public record Example(int timestep, float[] noisy, float[] target) {}

  /**
   * Adds the loss.
   *
   * @param prediction the network's output
   * @param target of the same shape
   * @return a scalar
   */
  public static Tensor build(Graph graph, Tensor prediction, Tensor target) {
    return MeanSquaredError.build(graph, prediction, target);
  }

  /** Draws the timestep, then the noise, for one image. */
  public Example draw(float[] x0, Generator generator) {
    int timestep = (int) generator.randint(0, schedule.numTrainTimesteps(), 1)[0];
    float[] noise = generator.normal(x0.length);
    float[] target =
        switch (predictionType) {
          case EPSILON -> noise;
          case V_PREDICTION -> schedule.velocity(x0, noise, timestep);
          case SAMPLE -> x0;
        };
    return new Example(timestep, schedule.addNoise(x0, noise, timestep), target);
  }
}

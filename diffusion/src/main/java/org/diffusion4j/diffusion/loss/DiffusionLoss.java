package org.diffusion4j.diffusion.loss;

import org.diffusion4j.core.check.Require;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.loss.MeanSquaredError;
import org.diffusion4j.core.random.Generator;
import org.diffusion4j.diffusion.schedule.NoiseSchedule;
import org.diffusion4j.diffusion.schedule.PredictionType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

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
   * Checks the prediction.
   *
   * @throws IllegalArgumentException if it is that of flow matching, which has no noise schedule
   */
  public DiffusionLoss {
    Require.that(
        predictionType != PredictionType.FLOW_PREDICTION,
        "predictionType",
        predictionType,
        "must be EPSILON, V_PREDICTION or SAMPLE with a noise schedule");
  }

  /**
   * The inputs of a training step.
   *
   * @param sample noised images, {@code [n, c, h, w]}
   * @param timesteps {@code [n]}
   * @param target what the network should give for them, {@code [n, c, h, w]}
   */
  public record Batch(INDArray sample, INDArray timesteps, INDArray target) {}

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

  /**
   * Draws each image's timestep, then its noise.
   *
   * @param x0 by image, its values
   * @param imageShape {@code [c, h, w]}
   */
  public Batch draw(float[][] x0, Generator generator, long... imageShape) {
    int n = x0.length;
    int size = x0[0].length;
    float[] sample = new float[n * size];
    float[] timesteps = new float[n];
    float[] target = new float[n * size];
    for (int i = 0; i < n; i++) {
      int t = (int) generator.randint(0, schedule.numTrainTimesteps(), 1)[0];
      float[] noise = generator.normal(size);
      timesteps[i] = t;
      System.arraycopy(schedule.addNoise(x0[i], noise, t), 0, sample, i * size, size);
      System.arraycopy(target(x0[i], noise, t), 0, target, i * size, size);
    }
    long[] shape = {n, imageShape[0], imageShape[1], imageShape[2]};
    return new Batch(
        Nd4j.create(sample, shape, 'c'),
        Nd4j.createFromArray(timesteps),
        Nd4j.create(target, shape, 'c'));
  }

  private float[] target(float[] x0, float[] noise, int t) {
    return switch (predictionType) {
      case EPSILON -> noise;
      case V_PREDICTION -> schedule.velocity(x0, noise, t);
      case SAMPLE -> x0;
      case FLOW_PREDICTION -> throw new AssertionError(predictionType);
    };
  }
}

package org.diffusion4j.diffusion.loss;

import java.util.Arrays;
import org.diffusion4j.core.check.Require;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.loss.MeanSquaredError;
import org.diffusion4j.core.loss.Reduction;
import org.diffusion4j.core.random.Generator;
import org.diffusion4j.diffusion.schedule.NoiseSchedule;
import org.diffusion4j.diffusion.schedule.PredictionType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The training loss of diffusion models (Ho et al. 2020, Algorithm 1 and formula (14)): {@code
 * mean(weight_t (target - model(sqrt(abar_t) x0 + sqrt(1 - abar_t) eps, t))^2)} with t uniform and
 * eps standard normal.
 *
 * @param schedule the noise of each timestep
 * @param predictionType what the model predicts, and so the target: eps, v or x0
 * @param weighting the weight of each timestep
 */
public record DiffusionLoss(
    NoiseSchedule schedule, PredictionType predictionType, LossWeighting weighting) {

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

  /** With every timestep counting alike. */
  public DiffusionLoss(NoiseSchedule schedule, PredictionType predictionType) {
    this(schedule, predictionType, LossWeighting.UNIFORM);
  }

  /**
   * The inputs of a training step.
   *
   * @param sample noised images, {@code [n, c, h, w]}
   * @param timesteps {@code [n]}
   * @param target what the network should give for them, {@code [n, c, h, w]}
   * @param weights of the images' errors, {@code [n]}
   */
  public record Batch(INDArray sample, INDArray timesteps, INDArray target, INDArray weights) {}

  /**
   * Adds the loss with every timestep counting alike.
   *
   * @param prediction the network's output
   * @param target of the same shape
   * @return a scalar
   */
  public static Tensor build(Graph graph, Tensor prediction, Tensor target) {
    return new MeanSquaredError().build(graph, prediction, target);
  }

  /**
   * Adds the loss: the mean over the images of weight times mean squared error.
   *
   * @param prediction the network's output, {@code [n, c, h, w]}
   * @param target of the same shape
   * @param weights {@code [n]}
   * @return a scalar
   */
  public static Tensor build(Graph graph, Tensor prediction, Tensor target, Tensor weights) {
    Tensor squares = new MeanSquaredError().build(graph, prediction, target, Reduction.NONE);
    return graph.mean(weights.times(graph.mean(squares, false, 1, 2, 3)), false);
  }

  /**
   * Draws each image's timestep, then its noise.
   *
   * @param x0 by image, its values
   * @param imageShape {@code [c, h, w]}
   */
  public Batch draw(float[][] x0, Generator generator, long... imageShape) {
    int n = x0.length;
    int[] timesteps = new int[n];
    float[][] noise = new float[n][];
    for (int i = 0; i < n; i++) {
      timesteps[i] = (int) generator.randint(0, schedule.numTrainTimesteps(), 1)[0];
      noise[i] = generator.normal(x0[i].length);
    }
    return batch(x0, noise, timesteps, imageShape);
  }

  /**
   * The inputs of a step with given timesteps and noise.
   *
   * @param x0 by image, its values
   * @param noise by image, as many values
   * @param timesteps by image, a training timestep
   * @param imageShape {@code [c, h, w]}
   * @throws IllegalArgumentException if the numbers of images or values differ
   */
  public Batch batch(float[][] x0, float[][] noise, int[] timesteps, long... imageShape) {
    int n = x0.length;
    Require.equal("images of noise", noise.length, "images of x0", n);
    Require.equal("number of timesteps", timesteps.length, "images of x0", n);
    Require.that(
        imageShape.length == 3, "imageShape", Arrays.toString(imageShape), "must be [c, h, w]");
    int size = Math.toIntExact(imageShape[0] * imageShape[1] * imageShape[2]);
    float[] sample = new float[n * size];
    float[] times = new float[n];
    float[] target = new float[n * size];
    float[] weights = new float[n];
    for (int i = 0; i < n; i++) {
      int t = timesteps[i];
      Require.equal("values of x0", x0[i].length, "size of imageShape", size);
      times[i] = t;
      System.arraycopy(schedule.addNoise(x0[i], noise[i], t), 0, sample, i * size, size);
      System.arraycopy(target(x0[i], noise[i], t), 0, target, i * size, size);
      weights[i] = (float) weighting.weight(schedule.snr(t), predictionType);
    }
    long[] shape = {n, imageShape[0], imageShape[1], imageShape[2]};
    return new Batch(
        Nd4j.create(sample, shape, 'c'),
        Nd4j.createFromArray(times),
        Nd4j.create(target, shape, 'c'),
        Nd4j.createFromArray(weights));
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

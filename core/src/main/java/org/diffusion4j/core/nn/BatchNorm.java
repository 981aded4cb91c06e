package org.diffusion4j.core.nn;

import java.util.stream.IntStream;
import org.diffusion4j.core.check.Require;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Initializer;
import org.diffusion4j.core.graph.ParameterLayout;
import org.diffusion4j.core.graph.Tensor;

/**
 * Batch normalization (Ioffe and Szegedy 2015): parameters {@code weight}, {@code bias}, {@code
 * running_mean} and {@code running_var}.
 *
 * <p>The running statistics are not trained by gradients: after each step, whoever trains puts
 * {@link Trained#runningMean()} and {@link Trained#runningVar()} in their place.
 */
public record BatchNorm(double epsilon) {

  /**
   * What training gives.
   *
   * @param y of the shape of x
   * @param runningMean {@code [c]}, the running mean with this batch taken in
   * @param runningVar {@code [c]}, the running variance with this batch taken in
   */
  public record Trained(Tensor y, Tensor runningMean, Tensor runningVar) {}

  /**
   * With the running statistics.
   *
   * @param x {@code [n, c]} or {@code [n, c, h, w]}
   * @return of the shape of x
   */
  public Tensor evaluate(Graph graph, Tensor x) {
    Tensor mean = runningMean(graph, x);
    return normalize(graph, x, mean, runningVar(graph, x));
  }

  /**
   * With the statistics of the batch: its mean and biased variance.
   *
   * @param x {@code [n, c]} or {@code [n, c, h, w]} with at least two values a channel
   * @param momentum the weight of this batch in the running statistics, of which the variance takes
   *     the unbiased estimate
   */
  public Trained train(Graph graph, Tensor x, double momentum) {
    Require.fraction("momentum", momentum);
    long count = x.length() / x.size(1);
    Require.atLeast("values of a channel", count, 2);
    Integer[] axes =
        IntStream.range(0, x.rank()).filter(axis -> axis != 1).boxed().toArray(Integer[]::new);

    Tensor mean = graph.mean(x, true, axes);
    Tensor centred = x.minus(mean);
    Tensor variance = graph.mean(centred.times(centred), false, axes);
    mean = graph.reshape(mean, x.size(1));
    Tensor y = normalize(graph, x, mean, variance);

    double unbiased = count / (count - 1.0);
    return new Trained(
        y,
        runningMean(graph, x).times(1 - momentum).plus(mean.times(momentum)),
        runningVar(graph, x).times(1 - momentum).plus(variance.times(momentum * unbiased)));
  }

  private Tensor normalize(Graph graph, Tensor x, Tensor mean, Tensor variance) {
    Tensor weight = parameter(graph, "weight", Initializer.ONES, x);
    Tensor bias = parameter(graph, "bias", Initializer.ZEROS, x);
    return graph.batchNorm(x, mean, variance, weight, bias, epsilon);
  }

  private static Tensor runningMean(Graph graph, Tensor x) {
    return parameter(graph, "running_mean", Initializer.ZEROS, x);
  }

  private static Tensor runningVar(Graph graph, Tensor x) {
    return parameter(graph, "running_var", Initializer.ONES, x);
  }

  private static Tensor parameter(Graph graph, String name, Initializer initializer, Tensor x) {
    return graph.parameter(name, ParameterLayout.PLAIN, initializer, x.size(1));
  }
}

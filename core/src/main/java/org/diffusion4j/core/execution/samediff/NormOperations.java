package org.diffusion4j.core.execution.samediff;

import java.util.Arrays;
import java.util.Optional;
import org.diffusion4j.core.graph.BatchNormalization;
import org.diffusion4j.core.graph.GroupNormalization;
import org.diffusion4j.core.graph.LayerNormalization;
import org.diffusion4j.core.graph.Tensor;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/** Normalizations, from statistics whose gradients SameDiff gets right. */
final class NormOperations {
  private NormOperations() {}

  static void register(LayerOperations operations) {
    operations.put(BatchNormalization.class, NormOperations::batchNorm);
    operations.put(GroupNormalization.class, NormOperations::groupNorm);
    operations.put(LayerNormalization.class, NormOperations::layerNorm);
  }

  private static SDVariable batchNorm(BatchNormalization norm, GraphVariables variables) {
    SameDiff sd = variables.sameDiff();
    long[] byChannel = new long[norm.x().rank()];
    Arrays.fill(byChannel, 1);
    byChannel[1] = norm.x().size(1);
    SDVariable spread = variables.of(norm.variance()).add(norm.epsilon());
    SDVariable scale = sd.math.rsqrt(spread).mul(variables.of(norm.weight()));
    SDVariable centred =
        variables.of(norm.x()).sub(sd.reshape(variables.of(norm.mean()), byChannel));
    return centred
        .mul(sd.reshape(scale, byChannel))
        .add(sd.reshape(variables.of(norm.bias()), byChannel));
  }

  /**
   * {@code x * a + b} with one a and b for each channel of each sample: products of matrices with
   * columns are what ND4J broadcasts fastest, forward and backward.
   */
  private static SDVariable groupNorm(GroupNormalization norm, GraphVariables variables) {
    SameDiff sd = variables.sameDiff();
    Tensor x = norm.x();
    long n = x.size(0);
    long channels = x.size(1);
    long space = x.length() / n / channels;
    long channelsPerGroup = channels / norm.groups();
    SDVariable grouped = sd.reshape(variables.of(x), n, norm.groups(), channelsPerGroup * space);
    SDVariable mean = sd.mean(grouped, true, 2);
    SDVariable variance = variance(sd, grouped, channelsPerGroup * space, 2);
    SDVariable weights = byGroup(norm, norm.weight(), 1, variables);
    SDVariable biases = byGroup(norm, norm.bias(), 0, variables);
    SDVariable a = sd.math.rsqrt(variance.add(norm.epsilon())).mul(weights);
    SDVariable b = biases.sub(a.mul(mean));
    SDVariable rows = sd.reshape(variables.of(x), n * channels, space);
    SDVariable y = rows.mul(sd.reshape(a, n * channels, 1)).add(sd.reshape(b, n * channels, 1));
    return sd.reshape(y, x.shapeArray());
  }

  /** {@code [1, groups, c/groups]}: the parameter, or a constant in its place. */
  private static SDVariable byGroup(
      GroupNormalization norm,
      Optional<Tensor> parameter,
      double otherwise,
      GraphVariables variables) {
    long channels = norm.x().size(1);
    long[] shape = {1, norm.groups(), channels / norm.groups()};
    if (parameter.isPresent()) {
      return variables.sameDiff().reshape(variables.of(parameter.get()), shape);
    }
    double[] values = new double[Math.toIntExact(channels)];
    Arrays.fill(values, otherwise);
    return variables.constant(values, shape);
  }

  private static SDVariable layerNorm(LayerNormalization norm, GraphVariables variables) {
    SameDiff sd = variables.sameDiff();
    Tensor x = norm.x();
    long size = norm.normalizedShape().stream().reduce(1L, Math::multiplyExact);
    SDVariable rows = sd.reshape(variables.of(x), x.length() / size, size);
    SDVariable mean = sd.mean(rows, true, 1);
    SDVariable scale = sd.math.rsqrt(variance(sd, rows, size, 1).add(norm.epsilon()));
    SDVariable y = rows.mul(scale).sub(mean.mul(scale));
    if (norm.weight().isPresent()) {
      y = y.mul(sd.reshape(variables.of(norm.weight().get()), size));
    }
    if (norm.bias().isPresent()) {
      y = y.add(sd.reshape(variables.of(norm.bias().get()), size));
    }
    return sd.reshape(y, x.shapeArray());
  }

  /**
   * The mean squared deviation along an axis, which stays with size 1. SameDiff's gradient of the
   * biased variance is wrong, that of the unbiased one is right.
   *
   * @param count the size of the axis, at least 2
   */
  private static SDVariable variance(SameDiff sd, SDVariable x, long count, int axis) {
    double biased = (count - 1) / (double) count;
    return sd.variance(x, true, true, axis).mul(biased);
  }
}

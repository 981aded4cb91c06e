package org.diffusion4j.core.execution.onednn;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Optional;
import org.diffusion4j.core.execution.plan.View;
import org.diffusion4j.core.graph.GroupNormalization;

/**
 * What a group norm computes from sums over pixels, in Java, since these are few numbers.
 *
 * <p>With m and r the mean and the inverse deviation of a group, {@code y = x a + b} with {@code a
 * = r weight} and {@code b = bias - m a}. Back, with s the sum of the gradient and p that of its
 * products with the normalized input, each times the weight and over the k values of a group:
 *
 * <pre>dx = r (weight dy - s/k - normalized(x) p/k)</pre>
 *
 * A shift is a number for each channel of each sample that x does not include yet.
 */
final class GroupNormArithmetic {
  /** What a factor may not be closer to zero than, so that one can divide by it. */
  private static final float LEAST_FACTOR = 1e-20f;

  private final int channels;
  private final int groupSize;
  private final double pixels;
  private final double epsilon;
  private final double[] means;
  private final double[] inverseDeviations;

  /**
   * The arithmetic of one layer.
   *
   * @param x {@code [n, c, h, w]}
   */
  GroupNormArithmetic(GroupNormalization layer, View x) {
    channels = Math.toIntExact(x.size(1));
    groupSize = channels / layer.groups();
    pixels = x.size(2) * x.size(3);
    epsilon = layer.epsilon();
    int all = Math.toIntExact(x.size(0) * layer.groups());
    means = new double[all];
    inverseDeviations = new double[all];
  }

  /**
   * Computes {@code a} and {@code b}, and keeps the statistics.
   *
   * @param sums of x and of its squares
   */
  void normalize(
      ChannelSums sums,
      Optional<View> weight,
      Optional<View> bias,
      Optional<View> shift,
      View a,
      View b) {
    float[] plain = floats(sums.sums());
    float[] squares = floats(sums.products());
    float[] shifts = floatsOr(shift, plain.length, 0);
    for (int group = 0; group < means.length; group++) {
      double sum = 0;
      double square = 0;
      for (int i = group * groupSize; i < (group + 1) * groupSize; i++) {
        double by = shifts[i];
        sum += plain[i] + pixels * by;
        square += squares[i] + 2 * by * plain[i] + pixels * by * by;
      }
      double count = groupSize * pixels;
      double variance = Math.max(0, square / count - sum / count * (sum / count));
      means[group] = sum / count;
      inverseDeviations[group] = 1 / Math.sqrt(variance + epsilon);
    }
    float[] weights = floatsOr(weight, channels, 1);
    float[] biases = floatsOr(bias, channels, 0);
    FloatBuffer factors = HostMemory.floats(a);
    FloatBuffer offsets = HostMemory.floats(b);
    for (int i = 0; i < plain.length; i++) {
      double factor = inverseDeviations[i / groupSize] * weights[i % channels];
      factors.put(i, (float) factor);
      offsets.put(i, (float) (biases[i % channels] + (shifts[i] - means[i / groupSize]) * factor));
    }
  }

  /**
   * Computes the gradients of the parameters, and with what that of x is {@code (x ratio + dy)
   * factor + offset}.
   *
   * @param sums of the gradient and of its products with x
   */
  void differentiate(
      ChannelSums sums, Optional<View> weight, Optional<View> shift, GroupNormGradients gradients) {
    float[] plain = floats(sums.sums());
    float[] products = floats(sums.products());
    float[] weights = floatsOr(weight, channels, 1);
    float[] shifts = floatsOr(shift, plain.length, 0);
    FloatBuffer ratio = HostMemory.floats(gradients.ratio());
    FloatBuffer factor = HostMemory.floats(gradients.factor());
    FloatBuffer offset = HostMemory.floats(gradients.offset());
    double[] ofWeight = new double[channels];
    double[] ofBias = new double[channels];
    for (int group = 0; group < means.length; group++) {
      double mean = means[group];
      double inverse = inverseDeviations[group];
      double s = 0;
      double p = 0;
      for (int i = group * groupSize; i < (group + 1) * groupSize; i++) {
        double normalized = inverse * (products[i] + (shifts[i] - mean) * plain[i]);
        ofWeight[i % channels] += normalized;
        ofBias[i % channels] += plain[i];
        s += weights[i % channels] * plain[i];
        p += weights[i % channels] * normalized;
      }
      s /= groupSize * pixels;
      p /= groupSize * pixels;
      for (int i = group * groupSize; i < (group + 1) * groupSize; i++) {
        float a = (float) (inverse * weights[i % channels]);
        float divisor = Math.abs(a) < LEAST_FACTOR ? LEAST_FACTOR : a;
        factor.put(i, divisor);
        ratio.put(i, (float) (-inverse * inverse * p / divisor));
        offset.put(i, (float) (-inverse * (s + inverse * (shifts[i] - mean) * p)));
      }
    }
    put(ofWeight, gradients.weight());
    put(ofBias, gradients.bias());
  }

  private static void put(double[] values, View view) {
    FloatBuffer to = HostMemory.floats(view);
    for (int i = 0; i < values.length; i++) {
      to.put(i, (float) values[i]);
    }
  }

  private static float[] floats(View view) {
    float[] values = new float[Math.toIntExact(view.length())];
    HostMemory.floats(view).get(values);
    return values;
  }

  private static float[] floatsOr(Optional<View> view, int length, float otherwise) {
    if (view.isPresent()) {
      return floats(view.get());
    }
    float[] values = new float[length];
    Arrays.fill(values, otherwise);
    return values;
  }
}

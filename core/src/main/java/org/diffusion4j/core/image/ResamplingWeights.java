package org.diffusion4j.core.image;

/**
 * The pixels of a line that each pixel of a resized line is made of, and their weights in fixed
 * point.
 *
 * <p>Weights have {@value #PRECISION} bits behind the point, as Pillow's: eight bits of an int are
 * the pixel's, and two are left for the sign and for sums beyond the range.
 */
final class ResamplingWeights {
  private static final int PRECISION = 32 - 8 - 2;
  private static final int HALF = 1 << (PRECISION - 1);

  private final int[] firsts;
  private final int[][] weights;

  private ResamplingWeights(int[] firsts, int[][] weights) {
    this.firsts = firsts;
    this.weights = weights;
  }

  /** The weights that bring a line from one length to another. */
  static ResamplingWeights of(Resampling resampling, int sourceLength, int targetLength) {
    double scale = (double) sourceLength / targetLength;
    double stretch = Math.max(1, scale);
    double radius = resampling.support() * stretch;
    int[] firsts = new int[targetLength];
    int[][] weights = new int[targetLength][];
    for (int target = 0; target < targetLength; target++) {
      double centre = (target + 0.5) * scale;
      int first = (int) Math.max(0, centre - radius + 0.5);
      int end = (int) Math.min(sourceLength, centre + radius + 0.5);
      firsts[target] = first;
      weights[target] = weights(resampling, first - centre + 0.5, end - first, 1 / stretch);
    }
    return new ResamplingWeights(firsts, weights);
  }

  /** The kernel at {@code (start + i) step}, made to add up to 1. */
  private static int[] weights(Resampling resampling, double start, int count, double step) {
    double[] values = new double[count];
    double total = 0;
    for (int i = 0; i < count; i++) {
      values[i] = resampling.kernel((i + start) * step);
      total += values[i];
    }
    int[] fixed = new int[count];
    for (int i = 0; i < count; i++) {
      double weight = total == 0 ? values[i] : values[i] / total;
      fixed[i] = (int) (weight * (1 << PRECISION) + Math.copySign(0.5, weight));
    }
    return fixed;
  }

  /** The number of pixels of a resized line. */
  int length() {
    return firsts.length;
  }

  /**
   * One pixel of a resized line.
   *
   * @param values holds the line's pixels, the first at {@code start}, each {@code stride} apart
   */
  byte apply(int target, byte[] values, int start, int stride) {
    int sum = HALF;
    int position = start + firsts[target] * stride;
    for (int weight : weights[target]) {
      sum += weight * Byte.toUnsignedInt(values[position]);
      position += stride;
    }
    return (byte) Math.max(0, Math.min(255, sum >> PRECISION));
  }
}

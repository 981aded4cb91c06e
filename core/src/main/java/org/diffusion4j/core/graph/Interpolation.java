package org.diffusion4j.core.graph;

/**
 * How images are resampled: what a pixel between pixels is.
 *
 * <p>Pixel i of the output lies at {@code (i + 0.5) * step - 0.5} of the input, where step is the
 * distance of the output's pixels; with aligned corners at {@code i * step}, so that the centres of
 * the first and last pixels stay where they are. Beyond the border, the border's pixels continue.
 */
public enum Interpolation {
  /** The pixel at or before {@code i * step}: half a pixel off, as older models expect. */
  NEAREST,

  /** The pixel whose area holds the centre. */
  NEAREST_EXACT,

  /** Weighted by the distance to the two neighbours. */
  BILINEAR,

  /** {@link #BILINEAR} with aligned corners. */
  BILINEAR_ALIGN_CORNERS,

  /** Cubic convolution (Keys 1981) of four neighbours with {@code a = -0.75}. */
  BICUBIC,

  /** {@link #BICUBIC} with aligned corners. */
  BICUBIC_ALIGN_CORNERS;

  /** The parameter of Keys' kernel. */
  private static final double A = -0.75;

  /** Whether the centres of the corner pixels stay where they are. */
  public boolean alignsCorners() {
    return this == BILINEAR_ALIGN_CORNERS || this == BICUBIC_ALIGN_CORNERS;
  }

  /**
   * The matrix {@code [out, in]} that resamples one axis.
   *
   * @param step the distance of the output's pixels in pixels of the input
   */
  public double[][] matrix(int in, int out, double step) {
    double[][] matrix = new double[out][in];
    for (int i = 0; i < out; i++) {
      addWeights(matrix[i], i, step);
    }
    return matrix;
  }

  private void addWeights(double[] weights, int i, double step) {
    double position = alignsCorners() ? i * step : (i + 0.5) * step - 0.5;
    switch (this) {
      // In float, as the reference has it, so that both round to the same side of a pixel's edge.
      case NEAREST -> add(weights, (long) Math.floor(i * (float) step), 1);
      case NEAREST_EXACT -> add(weights, (long) Math.floor((i + 0.5f) * (float) step), 1);
      case BILINEAR, BILINEAR_ALIGN_CORNERS -> {
        long before = (long) Math.floor(position);
        add(weights, before, before + 1 - position);
        add(weights, before + 1, position - before);
      }
      case BICUBIC, BICUBIC_ALIGN_CORNERS -> {
        long before = (long) Math.floor(position);
        for (long pixel = before - 1; pixel <= before + 2; pixel++) {
          add(weights, pixel, cubic(Math.abs(position - pixel)));
        }
      }
    }
  }

  private static void add(double[] weights, long pixel, double weight) {
    weights[(int) Math.min(Math.max(pixel, 0), weights.length - 1)] += weight;
  }

  /** Keys' kernel at a distance below 2. */
  private static double cubic(double distance) {
    double d = distance;
    return d <= 1 ? ((A + 2) * d - (A + 3)) * d * d + 1 : ((A * d - 5 * A) * d + 8 * A) * d - 4 * A;
  }
}

package org.diffusion4j.core.graph;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/** Statistics whose gradients SameDiff gets right. */
final class Moments {
  private Moments() {}

  /**
   * The mean squared deviation along an axis, which stays with size 1. SameDiff's gradient of the
   * biased variance is wrong, that of the unbiased one is right.
   *
   * @param count the size of the axis, at least 2
   */
  static SDVariable variance(SameDiff sd, SDVariable x, long count, int axis) {
    double biased = (count - 1) / (double) count;
    return sd.variance(x, true, true, axis).mul(biased);
  }
}

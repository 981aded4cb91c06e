package org.diffusion4j.diffusion.lora;

import org.diffusion4j.core.check.Require;
import org.diffusion4j.core.graph.LowRankUpdate;
import org.diffusion4j.core.graph.ParameterSpec;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The change {@code alpha / rank * B A} of one weight.
 *
 * @param weight the weight that is changed
 * @param rank the features between A and B
 * @param alpha finite
 * @param down A, in memory's layout
 * @param up B, in memory's layout
 */
record LowRankFactors(ParameterSpec weight, int rank, double alpha, INDArray down, INDArray up) {

  LowRankFactors {
    Require.finite("alpha of " + weight.name(), alpha);
  }

  /** How the change is made beside the weight. */
  LowRankUpdate update(double scale) {
    return new LowRankUpdate(rank, scale * alpha / rank);
  }

  ParameterSpec downSpec() {
    return update(0).down(weight);
  }

  ParameterSpec upSpec() {
    return update(0).up(weight);
  }

  /** The same change with the rank for alpha, and B multiplied by what alpha then lacks. */
  LowRankFactors withAlphaOfRank() {
    return alpha == rank
        ? this
        : new LowRankFactors(weight, rank, rank, down, up.mul(alpha / rank));
  }

  /**
   * {@code weight + scaling B A} as a new array: in memory's layout a linear layer's A B is {@code
   * [in, rank] [rank, out]}, and a convolution's is the same with all taps of all inputs for in.
   */
  INDArray merged(INDArray base, double scaling) {
    long out = base.size(-1);
    long in = base.length() / out;
    INDArray sum = Nd4j.createUninitialized(DataType.FLOAT, new long[] {in, out}, 'c');
    down.reshape('c', in, rank).mmuli(up.reshape('c', rank, out), sum);
    sum.muli(scaling).addi(base.reshape('c', in, out));
    return sum.reshape('c', base.shape());
  }
}

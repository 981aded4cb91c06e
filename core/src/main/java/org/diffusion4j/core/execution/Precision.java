package org.diffusion4j.core.execution;

import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;

/** The numbers that an executor computes with. */
public enum Precision {
  /** float32. */
  F32(DataType.FLOAT),

  /**
   * bfloat16, the upper 16 bits of float32: activations and the weights of products are kept in
   * these; sums within products, the statistics of norms, softmax, losses, master weights and the
   * state of optimizers stay float32, and so does all that goes in and comes out.
   */
  BF16(DataType.FLOAT),

  /**
   * bfloat16 to compute values where this processor is faster with it, float32 everywhere else and
   * for gradients.
   */
  FAST(DataType.FLOAT),

  /** float64, on SameDiff alone. */
  F64(DataType.DOUBLE);

  private final DataType dataType;

  Precision(DataType dataType) {
    this.dataType = dataType;
  }

  /** The type of the graphs that are run with it. */
  public DataType dataType() {
    return dataType;
  }

  /** This, and what to compute with where no executor has it. */
  List<Precision> orFallback() {
    return this == BF16 ? List.of(BF16, F32) : List.of(this);
  }
}

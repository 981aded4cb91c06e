package org.diffusion4j.core.verify;

import org.nd4j.linalg.api.buffer.DataType;

/** The floating-point numbers that graphs compute with. */
public enum Precision {
  FLOAT32(DataType.FLOAT),
  FLOAT64(DataType.DOUBLE);

  private final DataType dataType;

  Precision(DataType dataType) {
    this.dataType = dataType;
  }

  /** What ND4J calls it. */
  public DataType dataType() {
    return dataType;
  }
}

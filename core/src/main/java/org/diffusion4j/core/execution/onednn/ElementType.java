package org.diffusion4j.core.execution.onednn;

import org.bytedeco.dnnl.global.dnnl;

/** What the values of a {@link View} are. */
enum ElementType {
  F32(dnnl.dnnl_f32, 4),
  BF16(dnnl.dnnl_bf16, 2),
  /** Ids, which no primitive of oneDNN reads. */
  S64(dnnl.dnnl_data_type_undef, 8);

  private final int dnnlType;
  private final int bytes;

  ElementType(int dnnlType, int bytes) {
    this.dnnlType = dnnlType;
    this.bytes = bytes;
  }

  /** What oneDNN calls it. */
  int dnnlType() {
    return dnnlType;
  }

  /** The size of a value. */
  int bytes() {
    return bytes;
  }
}

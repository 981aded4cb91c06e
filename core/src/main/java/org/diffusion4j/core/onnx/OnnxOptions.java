package org.diffusion4j.core.onnx;

import org.diffusion4j.core.check.Require;

/**
 * In which form a graph is exported.
 *
 * @param attention how attention is computed
 */
public record OnnxOptions(Attention attention) {

  /** The forms of attention. */
  public enum Attention {
    /** Products of matrices and a softmax, which every runtime has. */
    STANDARD,
    /**
     * ONNX Runtime's own {@code MultiHeadAttention}, which never holds all scores at once and is
     * faster where there are many; what is masked by rows alone is left to {@link #STANDARD}.
     */
    ONNX_RUNTIME
  }

  /** For every runtime. */
  public static final OnnxOptions DEFAULTS = new OnnxOptions(Attention.STANDARD);

  public OnnxOptions {
    Require.that(attention != null, "attention", attention, "must be there");
  }
}

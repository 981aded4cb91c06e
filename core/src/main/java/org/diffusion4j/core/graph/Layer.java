package org.diffusion4j.core.graph;

import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;

/**
 * One layer-level operation: a record of what is computed, and how SameDiff computes it.
 *
 * <p>The list of these records is what a compiling executor reads; {@link #build} is the definition
 * that every executor is held to. A record checks its shapes when it is made.
 */
public sealed interface Layer
    permits Affine,
        ArgMin,
        Attention,
        AttentionWeights,
        AvgPool2d,
        BatchNormalization,
        Binary,
        Clip,
        Concat,
        Constant,
        Convolution2d,
        TransposedConvolution2d,
        Dense,
        Elu,
        Embedding,
        GroupNormalization,
        Interpolate2d,
        LayerNormalization,
        LeakyRelu,
        MatMul,
        MaxPool2d,
        MaxPool2dIndices,
        MaxUnpool2d,
        OneHot,
        Pad2d,
        Permute,
        Raw,
        Reduce,
        Reshape,
        Slice,
        Softmax,
        StopGradient,
        Unary,
        NearestUpsampling2d {

  /** The tensors that it reads, parameters included. */
  List<Tensor> inputs();

  /** The shape of what it gives: that of its first input unless said otherwise. */
  default long[] outputShape() {
    return inputs().get(0).shapeArray();
  }

  /** Adds its SameDiff operations. */
  SDVariable build(SameDiffView view);
}

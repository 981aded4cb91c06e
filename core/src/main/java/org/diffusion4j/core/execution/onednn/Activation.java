package org.diffusion4j.core.execution.onednn;

import java.util.Optional;
import org.bytedeco.dnnl.global.dnnl;
import org.diffusion4j.core.graph.Affine;
import org.diffusion4j.core.graph.Clip;
import org.diffusion4j.core.graph.Elu;
import org.diffusion4j.core.graph.Layer;
import org.diffusion4j.core.graph.LeakyRelu;
import org.diffusion4j.core.graph.Unary;
import org.diffusion4j.core.graph.UnaryFunction;

/**
 * One of oneDNN's functions of one value.
 *
 * @param algorithm its number
 * @param alpha the first parameter, if it has one
 * @param beta the second
 */
record Activation(int algorithm, float alpha, float beta) {
  /** The factor in CLIP's approximation of GELU. */
  private static final float QUICK_GELU_FACTOR = 1.702f;

  /** {@code x * scale + offset}. */
  static Activation linear(double scale, double offset) {
    return new Activation(dnnl.dnnl_eltwise_linear, (float) scale, (float) offset);
  }

  /** {@code x^exponent}. */
  static Activation power(double exponent) {
    return new Activation(dnnl.dnnl_eltwise_pow, 1, (float) exponent);
  }

  /** What oneDNN has for a layer that acts on each value; sine and cosine are missing. */
  static Optional<Activation> of(Layer layer) {
    if (layer instanceof Unary unary) {
      return of(unary.function());
    } else if (layer instanceof Affine affine) {
      return Optional.of(linear(affine.scale(), affine.offset()));
    } else if (layer instanceof LeakyRelu relu) {
      return Optional.of(new Activation(dnnl.dnnl_eltwise_relu, (float) relu.negativeSlope(), 0));
    } else if (layer instanceof Elu elu) {
      return Optional.of(new Activation(dnnl.dnnl_eltwise_elu, (float) elu.alpha(), 0));
    } else if (layer instanceof Clip clip) {
      return Optional.of(
          new Activation(
              dnnl.dnnl_eltwise_clip_v2, (float) clip.minimum(), (float) clip.maximum()));
    }
    return Optional.empty();
  }

  private static Optional<Activation> of(UnaryFunction function) {
    return switch (function) {
      case SILU -> Optional.of(new Activation(dnnl.dnnl_eltwise_swish, 1, 0));
      case GELU -> Optional.of(new Activation(dnnl.dnnl_eltwise_gelu_erf, 0, 0));
      case GELU_TANH -> Optional.of(new Activation(dnnl.dnnl_eltwise_gelu_tanh, 0, 0));
      case QUICK_GELU -> Optional.of(new Activation(dnnl.dnnl_eltwise_swish, QUICK_GELU_FACTOR, 0));
      case MISH -> Optional.of(new Activation(dnnl.dnnl_eltwise_mish, 0, 0));
      case SOFTPLUS -> Optional.of(new Activation(dnnl.dnnl_eltwise_soft_relu, 1, 0));
      case RELU -> Optional.of(new Activation(dnnl.dnnl_eltwise_relu, 0, 0));
      case SIGMOID -> Optional.of(new Activation(dnnl.dnnl_eltwise_logistic, 0, 0));
      case TANH -> Optional.of(new Activation(dnnl.dnnl_eltwise_tanh, 0, 0));
      case EXP -> Optional.of(new Activation(dnnl.dnnl_eltwise_exp, 0, 0));
      case LOG -> Optional.of(new Activation(dnnl.dnnl_eltwise_log, 0, 0));
      case SQRT -> Optional.of(new Activation(dnnl.dnnl_eltwise_sqrt, 0, 0));
      case SQUARE -> Optional.of(new Activation(dnnl.dnnl_eltwise_square, 0, 0));
      case ABS -> Optional.of(new Activation(dnnl.dnnl_eltwise_abs, 0, 0));
      case SIN, COS -> Optional.empty();
    };
  }
}

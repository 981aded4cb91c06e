package org.diffusion4j.core.graph;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/** The functions of {@link Unary}. */
public enum UnaryFunction {
  /** {@code x sigmoid(x)}, also called swish (Ramachandran et al. 2017). */
  SILU,
  /** {@code x/2 (1 + erf(x / sqrt(2)))} (Hendrycks and Gimpel 2016). */
  GELU,
  /** {@code x sigmoid(1.702 x)}, CLIP's approximation of GELU. */
  QUICK_GELU,
  RELU,
  SIGMOID,
  TANH,
  EXP,
  LOG,
  SQRT,
  SQUARE,
  ABS,
  SIN,
  COS;

  /** The factor that makes {@code sigmoid} close to the normal distribution (OpenAI's CLIP). */
  private static final double QUICK_GELU_FACTOR = 1.702;

  SDVariable build(SameDiff sd, SDVariable x) {
    return switch (this) {
      case SILU -> sd.nn.swish(x);
      case GELU -> x.mul(0.5).mul(sd.math.erf(x.mul(Math.sqrt(0.5))).add(1));
      case QUICK_GELU -> x.mul(sd.nn.sigmoid(x.mul(QUICK_GELU_FACTOR)));
      case RELU -> sd.nn.relu(x, 0);
      case SIGMOID -> sd.nn.sigmoid(x);
      case TANH -> sd.math.tanh(x);
      case EXP -> sd.math.exp(x);
      case LOG -> sd.math.log(x);
      case SQRT -> sd.math.sqrt(x);
      case SQUARE -> sd.math.square(x);
      case ABS -> sd.math.abs(x);
      case SIN -> sd.math.sin(x);
      case COS -> sd.math.cos(x);
    };
  }
}

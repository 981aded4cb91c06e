package org.diffusion4j.core.graph;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/** The functions of {@link Unary}. */
public enum UnaryFunction {
  /** {@code x sigmoid(x)}, also called swish (Ramachandran et al. 2017). */
  SILU,
  /** {@code x/2 (1 + erf(x / sqrt(2)))} (Hendrycks and Gimpel 2016). */
  GELU,
  /** {@code x/2 (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3)))}, close to GELU (same paper). */
  GELU_TANH,
  /** {@code x sigmoid(1.702 x)}, CLIP's approximation of GELU. */
  QUICK_GELU,
  /** {@code x tanh(softplus(x))} (Misra 2019). */
  MISH,
  /** {@code log(1 + exp(x))}, without overflow (Dugas et al. 2001). */
  SOFTPLUS,
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

  /** The factor of the cube in the tanh form of GELU (Hendrycks and Gimpel 2016, section 2). */
  private static final double GELU_CUBE_FACTOR = 0.044715;

  SDVariable build(SameDiff sd, SDVariable x) {
    return switch (this) {
      // The derivative of SameDiff's own swish is NaN from 44.4 on.
      case SILU -> x.mul(sd.nn.sigmoid(x));
      case GELU -> x.mul(0.5).mul(sd.math.erf(x.mul(Math.sqrt(0.5))).add(1));
      case GELU_TANH -> x.mul(0.5).mul(sd.math.tanh(geluAngle(x)).add(1));
      case QUICK_GELU -> x.mul(sd.nn.sigmoid(x.mul(QUICK_GELU_FACTOR)));
      case MISH -> x.mul(sd.math.tanh(softplus(sd, x)));
      case SOFTPLUS -> softplus(sd, x);
      case RELU -> sd.nn.relu(x, 0);
      case SIGMOID -> sd.nn.sigmoid(x);
      case TANH -> sd.math.tanh(x);
      case EXP -> sd.math.exp(x);
      case LOG -> sd.math.log(x);
      case SQRT -> sd.math.sqrt(x);
      case SQUARE -> x.mul(x);
      case ABS -> sd.math.abs(x);
      case SIN -> sd.math.sin(x);
      case COS -> sd.math.cos(x);
    };
  }

  private static SDVariable geluAngle(SDVariable x) {
    SDVariable cube = x.mul(x).mul(x);
    return cube.mul(GELU_CUBE_FACTOR).add(x).mul(Math.sqrt(2 / Math.PI));
  }

  /** {@code (x + |x|)/2 + log(1 + exp(-|x|))}, whose derivative at 0 is 1/2 as it should be. */
  private static SDVariable softplus(SameDiff sd, SDVariable x) {
    SDVariable magnitude = sd.math.abs(x);
    SDVariable rest = sd.math.log1p(sd.math.exp(magnitude.neg()));
    return x.add(magnitude).mul(0.5).add(rest);
  }
}

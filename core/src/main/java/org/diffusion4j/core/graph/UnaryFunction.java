package org.diffusion4j.core.graph;

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
  COS
}

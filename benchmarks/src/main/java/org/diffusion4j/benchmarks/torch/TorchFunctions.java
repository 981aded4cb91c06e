package org.diffusion4j.benchmarks.torch;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.diffusion4j.core.graph.BinaryFunction;
import org.diffusion4j.core.graph.UnaryFunction;

/** Torch's elementwise operations. */
final class TorchFunctions {
  /** The factor of quick GELU (OpenAI's CLIP). */
  private static final double QUICK_GELU_FACTOR = 1.702;

  private TorchFunctions() {}

  static Tensor apply(UnaryFunction function, Tensor x) {
    return switch (function) {
      case SILU -> torch.silu(x);
      case GELU -> torch.gelu(x);
      case GELU_TANH -> torch.gelu(x, "tanh");
      case QUICK_GELU -> x.mul(torch.sigmoid(x.mul(new Scalar(QUICK_GELU_FACTOR))));
      case MISH -> torch.mish(x);
      case SOFTPLUS -> torch.softplus(x);
      case RELU -> torch.relu(x);
      case SIGMOID -> torch.sigmoid(x);
      case TANH -> torch.tanh(x);
      case EXP -> torch.exp(x);
      case LOG -> torch.log(x);
      case SQRT -> torch.sqrt(x);
      case SQUARE -> torch.square(x);
      case ABS -> torch.abs(x);
      case SIN -> torch.sin(x);
      case COS -> torch.cos(x);
    };
  }

  static Tensor apply(BinaryFunction function, Tensor a, Tensor b) {
    return switch (function) {
      case ADD -> a.add(b);
      case SUBTRACT -> a.sub(b);
      case MULTIPLY -> a.mul(b);
      case DIVIDE -> a.div(b);
    };
  }
}

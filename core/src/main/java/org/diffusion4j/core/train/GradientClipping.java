package org.diffusion4j.core.train;

import java.nio.FloatBuffer;
import java.util.Map;
import java.util.Optional;
import org.diffusion4j.core.check.Require;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Bounds the L2 norm of all gradients together.
 *
 * <p>Pascanu et al. 2013, "On the difficulty of training recurrent neural networks", as {@code
 * torch.nn.utils.clip_grad_norm_} does it.
 */
public final class GradientClipping {
  /** What torch adds to the norm before it divides. */
  private static final double EPS = 1e-6;

  private GradientClipping() {}

  /**
   * Scales the gradients in place by {@code min(1, maxNorm / (norm + 1e-6))}.
   *
   * <p>Gradients whose norm is not finite are left as they are.
   *
   * @param maxNorm the largest norm that stays as it is, positive
   * @return the norm before scaling
   */
  public static double clip(Map<String, INDArray> gradients, double maxNorm) {
    double norm = norm(gradients);
    double scale = scale(norm, maxNorm);
    if (scale < 1) {
      gradients.values().forEach(gradient -> gradient.muli((float) scale));
    }
    return norm;
  }

  /**
   * What to multiply gradients by: {@code min(1, maxNorm / (norm + 1e-6))}, and 1 where their norm
   * is not finite.
   *
   * @param norm that of the gradients, at least 0
   * @param maxNorm the largest norm that stays as it is, positive
   */
  public static double scale(double norm, double maxNorm) {
    Require.that(maxNorm > 0, "maxNorm", maxNorm, "must be positive");
    return Double.isFinite(norm) ? Math.min(1, maxNorm / (norm + EPS)) : 1;
  }

  /** The L2 norm of all gradients together. */
  public static double norm(Map<String, INDArray> gradients) {
    double squares = 0;
    for (Map.Entry<String, INDArray> gradient : gradients.entrySet()) {
      squares += squares(gradient.getKey(), gradient.getValue());
    }
    return Math.sqrt(squares);
  }

  /** The name of the first gradient with a value that is not finite. */
  public static Optional<String> firstNonFinite(Map<String, INDArray> gradients) {
    return gradients.entrySet().stream()
        .filter(gradient -> !Double.isFinite(squares(gradient.getKey(), gradient.getValue())))
        .map(Map.Entry::getKey)
        .findFirst();
  }

  /** In double, where no square of a finite float overflows. */
  private static double squares(String name, INDArray gradient) {
    FloatBuffer values = HostFloats.of("gradient of " + name, gradient);
    float[] chunk = new float[HostFloats.CHUNK];
    double total = 0;
    for (int from = 0; from < values.capacity(); from += HostFloats.CHUNK) {
      int n = Math.min(HostFloats.CHUNK, values.capacity() - from);
      values.get(from, chunk, 0, n);
      total += squares(chunk, n);
    }
    return total;
  }

  /** Four sums at a time: one alone waits for each addition before the next. */
  private static double squares(float[] values, int n) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int i = 0;
    for (; i + 3 < n; i += 4) {
      s0 += (double) values[i] * values[i];
      s1 += (double) values[i + 1] * values[i + 1];
      s2 += (double) values[i + 2] * values[i + 2];
      s3 += (double) values[i + 3] * values[i + 3];
    }
    for (; i < n; i++) {
      s0 += (double) values[i] * values[i];
    }
    return s0 + s1 + s2 + s3;
  }
}

package org.diffusion4j.core.random;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The numbers that torch's CPU generator (mt19937) draws for the same seed. */
public final class Generator {
  private final java.util.Random random;

  /** A generator that starts as {@code torch.Generator().manual_seed(seed)} does. */
  public Generator(long seed) {
    random = new java.util.Random(seed);
  }

  /** Standard normal values, FLOAT, C-ordered. */
  public INDArray randn(long... shape) {
    float[] values =
        new float[Math.toIntExact(java.util.Arrays.stream(shape).reduce(1, Math::multiplyExact))];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return Nd4j.createFromArray(values).reshape('c', shape);
  }

  /** Uniform values on [0, 1), FLOAT, C-ordered. */
  public INDArray rand(long... shape) {
    float[] values =
        new float[Math.toIntExact(java.util.Arrays.stream(shape).reduce(1, Math::multiplyExact))];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat();
    }
    return Nd4j.createFromArray(values).reshape('c', shape);
  }
}

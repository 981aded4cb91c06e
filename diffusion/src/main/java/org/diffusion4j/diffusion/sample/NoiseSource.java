package org.diffusion4j.diffusion.sample;

/** Where a sampler gets its random values from. */
@FunctionalInterface
public interface NoiseSource {
  /** Standard normal values, none used before; the caller may change the array. */
  float[] next(int size);
}

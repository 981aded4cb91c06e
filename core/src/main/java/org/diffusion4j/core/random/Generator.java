package org.diffusion4j.core.random;

import org.diffusion4j.core.check.Require;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The numbers that torch's CPU generator (mt19937) draws for the same seed.
 *
 * <p>{@code new Generator(seed)} starts as {@code torch.Generator().manual_seed(seed)} does, and
 * each method draws what torch's function of that name draws in float32: uniform values and
 * integers exactly, normal values up to the rounding of log, sine and cosine (about 1e-6). The
 * state carries over from draw to draw. As in torch, one draw of many normal values gives other
 * numbers than many draws of few.
 *
 * <p>A generator is not for two threads at a time.
 */
public final class Generator {
  /** From this many values on, torch draws normal values in blocks of as many. */
  private static final int NORMAL_BLOCK = 16;

  private static final float TWO_PI = (float) (2 * Math.PI);

  /** From this length on, a permutation takes 64 bits a step, so that the modulo stays fair. */
  private static final int LONG_PERMUTATION = (int) (0xffffffffL / 20);

  /** From this range on, an integer takes 64 bits. */
  private static final long LONG_RANGE = 1L << 32;

  /** The increment of SplitMix64: 2^64 divided by the golden ratio. */
  private static final long SPLIT_MIX_GAMMA = 0x9e3779b97f4a7c15L;

  private final MersenneTwister engine;
  private double cachedNormal;
  private boolean hasCachedNormal;

  /**
   * A generator that starts as {@code torch.Generator().manual_seed(seed)} does.
   *
   * @param seed any value; as in torch, only its lower 32 bits count
   */
  public Generator(long seed) {
    engine = new MersenneTwister(seed);
  }

  /**
   * A seed that depends on every number given and on their order.
   *
   * <p>For randomness without state: {@code new Generator(derive(seed, epoch, index))} draws the
   * same numbers whatever was drawn before. Each number of the path is added to the hash so far,
   * which then takes one step of SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom
   * number generators", 2014).
   *
   * @param seed the seed of the whole
   * @param path where in the whole: a step, an epoch and an index, and so on
   */
  public static long derive(long seed, long... path) {
    long hash = splitMix(seed);
    for (long number : path) {
      hash = splitMix(hash + number);
    }
    return hash;
  }

  private static long splitMix(long state) {
    long z = state + SPLIT_MIX_GAMMA;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  /**
   * Standard normal values, FLOAT, C-ordered.
   *
   * @throws IllegalArgumentException if a dimension is not positive or there are 2^31 values or
   *     more
   */
  public INDArray randn(long... shape) {
    return array(normal(size(shape)), shape);
  }

  /**
   * Uniform values on [0, 1), FLOAT, C-ordered.
   *
   * @throws IllegalArgumentException if a dimension is not positive or there are 2^31 values or
   *     more
   */
  public INDArray rand(long... shape) {
    return array(uniform(size(shape)), shape);
  }

  /**
   * The values of {@code randn(n)} as a plain array.
   *
   * @param n the number of values, 0 or more
   */
  public float[] normal(int n) {
    Require.notNegative("n", n);
    float[] values = new float[n];
    if (n < NORMAL_BLOCK) {
      for (int i = 0; i < n; i++) {
        values[i] = (float) nextNormal();
      }
      return values;
    }
    engine.fillUniform(values, 0, n);
    for (int start = 0; start <= n - NORMAL_BLOCK; start += NORMAL_BLOCK) {
      boxMuller(values, start);
    }
    if (n % NORMAL_BLOCK != 0) {
      // The last block is drawn anew and overlaps the one before it.
      engine.fillUniform(values, n - NORMAL_BLOCK, n);
      boxMuller(values, n - NORMAL_BLOCK);
    }
    return values;
  }

  /**
   * The values of {@code rand(n)} as a plain array.
   *
   * @param n the number of values, 0 or more
   */
  public float[] uniform(int n) {
    Require.notNegative("n", n);
    float[] values = new float[n];
    engine.fillUniform(values, 0, n);
    return values;
  }

  /**
   * A random permutation of 0 to {@code n - 1}.
   *
   * @param n its length, 0 or more
   */
  public int[] randperm(int n) {
    Require.notNegative("n", n);
    int[] permutation = new int[n];
    for (int i = 0; i < n; i++) {
      permutation[i] = i;
    }
    for (int i = 0; i < n - 1; i++) {
      long bits = n < LONG_PERMUTATION ? nextUnsignedInt() : engine.nextLong();
      int other = i + (int) Long.remainderUnsigned(bits, n - i);
      int swapped = permutation[i];
      permutation[i] = permutation[other];
      permutation[other] = swapped;
    }
    return permutation;
  }

  /**
   * Uniform integers on {@code [low, high)}.
   *
   * @param n the number of values, 0 or more
   * @throws IllegalArgumentException unless {@code low < high} and their distance is below 2^63
   */
  public long[] randint(long low, long high, int n) {
    Require.notNegative("n", n);
    long range = high - low;
    Require.that(
        low < high && range > 0,
        "high",
        high,
        "must be above low (=" + low + ") by less than 2^63");
    long[] values = new long[n];
    for (int i = 0; i < n; i++) {
      long bits = range < LONG_RANGE ? nextUnsignedInt() : engine.nextLong();
      values[i] = low + Long.remainderUnsigned(bits, range);
    }
    return values;
  }

  private long nextUnsignedInt() {
    return Integer.toUnsignedLong(engine.nextInt());
  }

  /** Box and Muller in double; the second value of a pair waits for the next call. */
  private double nextNormal() {
    if (hasCachedNormal) {
      hasCachedNormal = false;
      return cachedNormal;
    }
    double u1 = engine.nextDouble();
    double u2 = engine.nextDouble();
    double radius = Math.sqrt(-2 * Math.log(1 - u2));
    double theta = 2 * Math.PI * u1;
    cachedNormal = radius * Math.sin(theta);
    hasCachedNormal = true;
    return radius * Math.cos(theta);
  }

  /**
   * Box and Muller for a block in place, the pairs half a block apart; rounded to float where torch
   * rounds.
   */
  private static void boxMuller(float[] values, int start) {
    int half = NORMAL_BLOCK / 2;
    for (int i = start; i < start + half; i++) {
      float u1 = 1 - values[i];
      float radius = (float) Math.sqrt(-2 * Math.log(u1));
      float theta = TWO_PI * values[i + half];
      values[i] = radius * (float) Math.cos(theta);
      values[i + half] = radius * (float) Math.sin(theta);
    }
  }

  private static int size(long[] shape) {
    long size = 1;
    for (long dimension : shape) {
      if (dimension <= 0 || dimension > Integer.MAX_VALUE / size) {
        throw new IllegalArgumentException(
            "shape (="
                + java.util.Arrays.toString(shape)
                + ") must have positive dimensions and fewer than 2^31 values");
      }
      size *= dimension;
    }
    return (int) size;
  }

  private static INDArray array(float[] values, long[] shape) {
    return shape.length == 0
        ? Nd4j.scalar(values[0])
        : Nd4j.createFromArray(values).reshape('c', shape);
  }
}

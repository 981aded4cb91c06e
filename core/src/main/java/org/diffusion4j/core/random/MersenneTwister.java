package org.diffusion4j.core.random;

/**
 * The 32-bit Mersenne Twister MT19937, seeded as torch seeds it.
 *
 * <p>Matsumoto and Nishimura, "Mersenne Twister: a 623-dimensionally equidistributed uniform
 * pseudorandom number generator", 1998. The names N, M, MATRIX_A and the masks are the paper's.
 */
final class MersenneTwister {
  private static final int N = 624;
  private static final int M = 397;
  private static final int MATRIX_A = 0x9908b0df;
  private static final int UPPER_MASK = 0x80000000;
  private static final int LOWER_MASK = 0x7fffffff;
  private static final int INITIALIZATION_MULTIPLIER = 1812433253;

  private static final int FLOAT_MASK = (1 << 24) - 1;
  private static final float FLOAT_UNIT = 0x1p-24f;
  private static final long DOUBLE_MASK = (1L << 53) - 1;
  private static final double DOUBLE_UNIT = 0x1p-53;

  private final int[] state = new int[N];
  private int next = N;

  /** Only the lower 32 bits of the seed count, in torch as here. */
  MersenneTwister(long seed) {
    state[0] = (int) seed;
    for (int i = 1; i < N; i++) {
      int previous = state[i - 1];
      state[i] = INITIALIZATION_MULTIPLIER * (previous ^ (previous >>> 30)) + i;
    }
  }

  /** The next 32 bits. */
  int nextInt() {
    if (next == N) {
      refill();
    }
    return temper(state[next++]);
  }

  /** The next 64 bits, the upper half drawn first. */
  long nextLong() {
    long upper = nextInt();
    return upper << 32 | Integer.toUnsignedLong(nextInt());
  }

  /** Uniform on [0, 1) with 53 bits. */
  double nextDouble() {
    return (nextLong() & DOUBLE_MASK) * DOUBLE_UNIT;
  }

  /** Fills {@code values[from, to)} with what as many draws of 24 bits give, uniform on [0, 1). */
  void fillUniform(float[] values, int from, int to) {
    int i = from;
    while (i < to) {
      if (next == N) {
        refill();
      }
      int count = Math.min(N - next, to - i);
      for (int k = 0; k < count; k++) {
        values[i + k] = (temper(state[next + k]) & FLOAT_MASK) * FLOAT_UNIT;
      }
      next += count;
      i += count;
    }
  }

  private void refill() {
    for (int i = 0; i < N - M; i++) {
      state[i] = state[i + M] ^ twist(state[i], state[i + 1]);
    }
    for (int i = N - M; i < N - 1; i++) {
      state[i] = state[i + M - N] ^ twist(state[i], state[i + 1]);
    }
    state[N - 1] = state[M - 1] ^ twist(state[N - 1], state[0]);
    next = 0;
  }

  private static int twist(int upper, int lower) {
    return (((upper & UPPER_MASK) | (lower & LOWER_MASK)) >>> 1) ^ (-(lower & 1) & MATRIX_A);
  }

  private static int temper(int value) {
    int y = value;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return y ^ (y >>> 18);
  }
}

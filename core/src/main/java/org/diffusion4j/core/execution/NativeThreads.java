package org.diffusion4j.core.execution;

import org.diffusion4j.core.check.Require;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOpsHolder;

/**
 * How many threads ND4J's native operations use.
 *
 * <p>By default they use one for each processor, and each waits for the others by spinning: fast on
 * an idle machine, but ten times slower than a single thread as soon as something else runs.
 */
public final class NativeThreads {
  private NativeThreads() {}

  /**
   * Sets the number of threads of the operations that the calling thread starts; other threads keep
   * theirs.
   *
   * @param count at least 1
   */
  public static void use(int count) {
    Require.positive("count", count);
    // Loads the backend, without which there are no native operations.
    Nd4j.getEnvironment();
    NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(count);
  }
}

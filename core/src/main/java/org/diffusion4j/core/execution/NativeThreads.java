package org.diffusion4j.core.execution;

import java.util.function.Supplier;
import org.diffusion4j.core.check.Require;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOps;
import org.nd4j.nativeblas.NativeOpsHolder;

/**
 * How many OpenMP threads compute what a thread asks for.
 *
 * <p>ND4J's operations and oneDNN's primitives follow the same setting, which OpenMP keeps for each
 * calling thread. An executor sets its own number for the time of a run.
 */
public final class NativeThreads {
  private NativeThreads() {}

  /**
   * Does work whose native operations take so many threads; afterwards the calling thread has its
   * number from before.
   *
   * @param count at least 1
   */
  public static <T> T call(int count, Supplier<T> work) {
    Require.positive("count", count);
    // Loads the backend, without which there are no native operations.
    Nd4j.getEnvironment();
    NativeOps operations = NativeOpsHolder.getInstance().getDeviceNativeOps();
    int before = operations.ompGetMaxThreads();
    operations.setOmpNumThreads(count);
    try {
      return work.get();
    } finally {
      operations.setOmpNumThreads(before);
    }
  }

  /** As {@link #call}, of work without a result. */
  public static void run(int count, Runnable work) {
    call(
        count,
        () -> {
          work.run();
          return null;
        });
  }
}

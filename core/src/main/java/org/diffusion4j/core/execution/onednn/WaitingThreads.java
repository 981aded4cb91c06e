package org.diffusion4j.core.execution.onednn;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.diffusion4j.core.execution.NativeThreads;

/**
 * Keeps oneDNN's threads from waiting busily for long.
 *
 * <p>GNU's OpenMP lets a thread that has nothing to do spin for about twenty milliseconds before it
 * sleeps, unless it knows more threads than there are processors: then for some microseconds alone.
 * With anything else on the machine, the long wait is ten times slower. A thread here, which sleeps
 * for ever after, has once asked for one more OpenMP thread than there are processors. Where the
 * variable {@code OMP_WAIT_POLICY} is set, its rule stays.
 */
final class WaitingThreads {
  private static final String POLICY = "OMP_WAIT_POLICY";

  /** So large that the work is shared out. */
  private static final long SIZE = 256;

  private WaitingThreads() {}

  /** Makes all later waits short, in this whole process. */
  static void keepShort() {
    if (System.getenv(POLICY) != null) {
      return;
    }
    CountDownLatch known = new CountDownLatch(1);
    Thread thread =
        new Thread(
            () -> {
              askForThreads(Runtime.getRuntime().availableProcessors() + 1);
              known.countDown();
              sleepForEver();
            },
            "diffusion4j-openmp");
    thread.setDaemon(true);
    thread.start();
    try {
      known.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void askForThreads(int count) {
    NativeThreads.use(count);
    try (NativeScope scope = new NativeScope()) {
      PlanBuilder plan = new PlanBuilder(scope);
      View a = plan.allocate(ElementType.F32, SIZE, SIZE);
      View c = plan.allocate(ElementType.F32, SIZE, SIZE);
      Copies.clear(plan, a);
      Primitive product =
          MatMuls.primitive(scope, a, scope.desc(a), Optional.empty(), c, List.of());
      MatMuls.multiply(plan, product, a, scope.operand(a), Optional.empty(), c, List.of());
      plan.build().run();
    }
  }

  private static void sleepForEver() {
    CountDownLatch never = new CountDownLatch(1);
    while (true) {
      try {
        never.await();
      } catch (InterruptedException e) {
        // A daemon: the process ends without it.
      }
    }
  }
}

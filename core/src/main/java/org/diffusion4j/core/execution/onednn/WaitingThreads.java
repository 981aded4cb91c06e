package org.diffusion4j.core.execution.onednn;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.diffusion4j.core.execution.NativeThreads;
import org.diffusion4j.core.execution.plan.ElementType;
import org.diffusion4j.core.execution.plan.View;

/**
 * Keeps oneDNN's threads from waiting busily where other threads want their processors.
 *
 * <p>GNU's OpenMP lets a thread that has nothing to do spin for some milliseconds before it sleeps.
 * On an idle machine that is right: the next primitive comes within microseconds, and to wake a
 * thread takes longer than most primitives. On a busy machine the spinning takes the processors
 * from those who work: a product took five times as long. But where OpenMP knows more threads than
 * there are processors, it spins for a microsecond alone. So while executors are open, a thread
 * watches the {@link Contention}, and as long as there is any, another holds one more OpenMP thread
 * than the machine has processors, all of which sleep.
 *
 * <p>Where the variable {@code OMP_WAIT_POLICY} or {@code GOMP_SPINCOUNT} is set, its rule stays.
 */
final class WaitingThreads {
  private static final int MILLIS_BETWEEN_LOOKS = 20;

  /** So large that the work is shared out. */
  private static final long SIZE = 256;

  private static final Object LOCK = new Object();

  /** The open executors. */
  private static int users;

  /** Watches while there are users, where there is anything to see. */
  private static Optional<Thread> watcher = Optional.empty();

  private WaitingThreads() {}

  /** An executor for whose threads somebody watches. */
  interface User extends AutoCloseable {
    @Override
    void close();
  }

  /** Watches for one more executor: the first starts the watcher, the last ends it. */
  static User use() {
    synchronized (LOCK) {
      if (users++ == 0) {
        watcher = contention().map(seen -> daemon("diffusion4j-load", () -> watch(seen)));
      }
    }
    return WaitingThreads::leave;
  }

  private static void leave() {
    synchronized (LOCK) {
      if (--users == 0) {
        watcher.ifPresent(Thread::interrupt);
        watcher = Optional.empty();
      }
    }
  }

  private static Optional<Contention> contention() {
    boolean ruled =
        System.getenv("OMP_WAIT_POLICY") != null || System.getenv("GOMP_SPINCOUNT") != null;
    return ruled ? Optional.empty() : Contention.ofThisProcess();
  }

  private static Thread daemon(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private static void watch(Contention contention) {
    MachineLoad load = new MachineLoad();
    Optional<CountDownLatch> held = Optional.empty();
    try {
      while (true) {
        boolean busy = load.isBusyAfter(contention.waiting());
        if (busy && held.isEmpty()) {
          held = Optional.of(holdThreads(Contention.machineProcessors() + 1));
        } else if (!busy && held.isPresent()) {
          held.get().countDown();
          held = Optional.empty();
        }
        Thread.sleep(MILLIS_BETWEEN_LOOKS);
      }
    } catch (InterruptedException | IOException e) {
      // Nobody watches any more: OpenMP waits as it does by itself.
      held.ifPresent(CountDownLatch::countDown);
    }
  }

  /** OpenMP threads that sleep until the latch is counted down. */
  private static CountDownLatch holdThreads(int count) {
    CountDownLatch end = new CountDownLatch(1);
    daemon(
        "diffusion4j-openmp",
        () -> {
          NativeThreads.run(count, WaitingThreads::askForThreads);
          try {
            end.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    return end;
  }

  private static void askForThreads() {
    try (NativeScope scope = new NativeScope()) {
      PrimitivePlan plan = new PrimitivePlan(scope);
      View a = plan.allocate(ElementType.F32, SIZE, SIZE);
      View c = plan.allocate(ElementType.F32, SIZE, SIZE);
      Copies.clear(plan, a);
      MatMuls.multiply(plan, a, a, c);
      plan.build().run();
    }
  }
}

package org.diffusion4j.core.execution.onednn;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.diffusion4j.core.execution.NativeThreads;
import org.diffusion4j.core.execution.plan.ElementType;
import org.diffusion4j.core.execution.plan.View;

/**
 * Keeps oneDNN's threads from waiting busily where anything else runs on the machine.
 *
 * <p>GNU's OpenMP lets a thread that has nothing to do spin for some milliseconds before it sleeps.
 * On an idle machine that is right: the next primitive comes within microseconds, and to wake a
 * thread takes longer than most primitives. On a busy machine the spinning takes the processors
 * from those who work: a product took five times as long. But where OpenMP knows more threads than
 * there are processors, it spins for a microsecond alone. So a thread here watches how many threads
 * of the machine want to run, and while these are more than its processors, another holds one more
 * OpenMP thread than there are processors, all of which sleep.
 *
 * <p>Where the variable {@code OMP_WAIT_POLICY} or {@code GOMP_SPINCOUNT} is set, its rule stays.
 */
final class WaitingThreads {
  private static final Path LOAD = Path.of("/proc/loadavg");
  private static final int MILLIS_BETWEEN_LOOKS = 20;

  /** So large that the work is shared out. */
  private static final long SIZE = 256;

  private static boolean watching;

  private WaitingThreads() {}

  /** Starts to watch, once in a process, where the system tells what there is to see. */
  static synchronized void watch() {
    boolean ruled =
        System.getenv("OMP_WAIT_POLICY") != null || System.getenv("GOMP_SPINCOUNT") != null;
    if (watching || ruled || !Files.isReadable(LOAD)) {
      return;
    }
    watching = true;
    daemon("diffusion4j-load", WaitingThreads::keepWatching);
  }

  private static void daemon(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
  }

  private static void keepWatching() {
    int processors = Runtime.getRuntime().availableProcessors();
    MachineLoad load = new MachineLoad(processors);
    Optional<CountDownLatch> held = Optional.empty();
    try {
      while (true) {
        boolean busy = load.isBusyAfter(running());
        if (busy && held.isEmpty()) {
          held = Optional.of(holdThreads(processors + 1));
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

  /** How many threads of the machine run or want to, but for the one that looks. */
  static int running() throws IOException {
    // Such as: 0.20 0.18 0.12 1/80 11206
    String running = Files.readString(LOAD).split(" ", -1)[3].split("/", -1)[0];
    return Math.max(0, Integer.parseInt(running) - 1);
  }

  /** OpenMP threads that sleep until the latch is counted down. */
  private static CountDownLatch holdThreads(int count) {
    CountDownLatch end = new CountDownLatch(1);
    daemon(
        "diffusion4j-openmp",
        () -> {
          askForThreads(count);
          try {
            end.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    return end;
  }

  private static void askForThreads(int count) {
    NativeThreads.use(count);
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

package org.diffusion4j.core.execution.onednn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class WaitingThreadsTest {

  /** Other tests may have executors open, so that this one counts from where it begins. */
  @Test
  void theFirstExecutorStartsTheWatcherAndTheLastEndsIt() throws InterruptedException {
    assumeTrue(Contention.ofThisProcess().isPresent());
    boolean watchedBefore = watchers() > 0;
    WaitingThreads.User first = WaitingThreads.use();
    WaitingThreads.User second = WaitingThreads.use();
    assertEquals(1, watchers());
    first.close();
    assertEquals(1, watchers());
    second.close();
    if (!watchedBefore) {
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
      while (watchers() > 0 && System.nanoTime() < deadline) {
        Thread.sleep(1);
      }
      assertEquals(0, watchers());
    } else {
      assertTrue(watchers() > 0);
    }
  }

  private static long watchers() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("diffusion4j-load"))
        .count();
  }
}

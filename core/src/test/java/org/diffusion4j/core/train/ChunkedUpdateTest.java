package org.diffusion4j.core.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class ChunkedUpdateTest {
  /** Enough values for several threads. */
  private static final long VALUES = (4 << 20) + 7;

  @Test
  void whatThrowsWaitsForTheOtherThreads() {
    INDArray array = Nd4j.create(DataType.FLOAT, VALUES);
    CountDownLatch two = new CountDownLatch(2);
    AtomicBoolean caller = new AtomicBoolean();
    AtomicBoolean slow = new AtomicBoolean();
    AtomicInteger running = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    IllegalStateException failure = new IllegalStateException("no more values");
    Thread test = Thread.currentThread();
    ChunkedUpdate.Kernel kernel =
        (chunks, n) -> {
          most.accumulateAndGet(running.incrementAndGet(), Math::max);
          try {
            two.countDown();
            two.await(11, TimeUnit.SECONDS);
            // The caller's own failure is the one that would leave at once.
            if (Thread.currentThread() == test && caller.compareAndSet(false, true)) {
              throw failure;
            }
            if (Thread.currentThread() != test && slow.compareAndSet(false, true)) {
              Thread.sleep(200);
            }
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          } finally {
            running.decrementAndGet();
          }
        };
    var part = new ChunkedUpdate.Part("weight", array, List.of(), kernel);
    assertSame(
        failure, assertThrows(IllegalStateException.class, () -> ChunkedUpdate.run(List.of(part))));
    assertEquals(0, running.get());
    assertTrue(most.get() > 1, "one thread alone");
  }
}

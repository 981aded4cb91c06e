package org.diffusion4j.core.execution;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.nn.Conv2d;
import org.diffusion4j.core.random.Generator;
import org.diffusion4j.core.weights.Weights;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What executors do when they are closed, and when arrays that they read become garbage. */
class ExecutorLifeTest {
  private static final int SIDE = 37;
  private static final int CHANNELS = 11;

  private final Graph graph = new Graph();
  private final Weights weights;

  ExecutorLifeTest() {
    graph.named(
        "y", Conv2d.same3x3(CHANNELS).build(graph, graph.input("x", 2, CHANNELS, SIDE, SIDE)));
    graph.named("loss", graph.mean(graph.tensor("y"), false));
    weights = Weights.initialize(graph.parameters(), new Generator(5));
  }

  private GraphExecutor open(String executor) {
    return Execution.auto().withExecutor(executor).open(graph, weights);
  }

  private static Map<String, INDArray> inputs(double value) {
    return Map.of("x", Nd4j.valueArrayOf(new long[] {2, CHANNELS, SIDE, SIDE}, (float) value));
  }

  @ParameterizedTest
  @ValueSource(strings = {"onednn", "samediff"})
  void afterClosingNothingRuns(String name) {
    GraphExecutor executor = open(name);
    executor.run(inputs(1), "y");
    executor.close();
    executor.close();
    Map<String, INDArray> inputs = inputs(1);
    assertEquals(
        "the executor is closed",
        assertThrows(IllegalStateException.class, () -> executor.run(inputs, "y")).getMessage());
    assertThrows(
        IllegalStateException.class,
        () -> executor.gradients(inputs, "loss", List.of("weight"), List.of()));
  }

  /** Runs end as they should or are refused, whenever two other threads close. */
  @ParameterizedTest
  @ValueSource(strings = {"onednn", "samediff"})
  void closingFromTwoThreadsDuringARunIsSafe(String name) throws InterruptedException {
    float[] expected;
    try (GraphExecutor executor = open(name)) {
      expected = values(executor.run(inputs(3), "y"));
    }
    for (int round = 0; round < 7; round++) {
      GraphExecutor executor = open(name);
      CountDownLatch ran = new CountDownLatch(1 + round);
      AtomicReference<Throwable> failure = new AtomicReference<>();
      Thread runner =
          thread(
              failure,
              () -> {
                try {
                  while (true) {
                    assertArrayEquals(expected, values(executor.run(inputs(3), "y")));
                    ran.countDown();
                  }
                } catch (IllegalStateException e) {
                  assertEquals("the executor is closed", e.getMessage());
                }
              });
      ran.await();
      List<Thread> closers =
          List.of(thread(failure, executor::close), thread(failure, executor::close));
      for (Thread closer : closers) {
        closer.join();
      }
      runner.join();
      assertNull(failure.get());
    }
  }

  private static Thread thread(AtomicReference<Throwable> failure, Runnable work) {
    Thread thread = new Thread(work);
    thread.setUncaughtExceptionHandler((t, e) -> failure.set(e));
    thread.start();
    return thread;
  }

  /**
   * Nobody but the running executor holds its inputs, while the collector runs all the time and
   * other arrays take the place of those that it frees.
   */
  @ParameterizedTest
  @ValueSource(strings = {"onednn", "samediff"})
  void whatARunReadsIsNoGarbage(String name) throws InterruptedException {
    try (GraphExecutor executor = open(name)) {
      float[] expected = values(executor.run(inputs(2), "y"));
      AtomicReference<Boolean> done = new AtomicReference<>(false);
      AtomicReference<Throwable> failure = new AtomicReference<>();
      Thread collector =
          thread(
              failure,
              () -> {
                List<INDArray> others = new ArrayList<>();
                while (!done.get()) {
                  System.gc();
                  others.clear();
                  for (int i = 0; i < 5; i++) {
                    others.add(inputs(-7).get("x"));
                  }
                }
              });
      try {
        long end = System.nanoTime() + 1_500_000_000L;
        while (System.nanoTime() < end) {
          INDArray y = executor.run(inputs(2), "y");
          assertArrayEquals(expected, values(y));
          y.close();
        }
      } finally {
        done.set(true);
        collector.join();
      }
      assertNull(failure.get());
      assertTrue(expected.length > 0);
    }
  }

  private static float[] values(INDArray array) {
    return array.dup('c').data().asFloat();
  }
}

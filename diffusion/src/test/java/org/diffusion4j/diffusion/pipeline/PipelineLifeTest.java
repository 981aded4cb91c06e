package org.diffusion4j.diffusion.pipeline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.diffusion4j.core.execution.Execution;
import org.diffusion4j.diffusion.verify.PipelineVerifier;
import org.diffusion4j.vae.LatentCodec;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pipelines that are interrupted and closed while they generate. */
class PipelineLifeTest {
  private static final GenerationRequest REQUEST =
      GenerationRequest.of("a cat").withSteps(50).withCount(5);

  private static StableDiffusionPipeline open(int parallel) throws IOException {
    return StableDiffusionPipeline.open(
        new ModelFolder(PipelineVerifier.plain().shipped()),
        parallel,
        LatentCodec.Options.DEFAULTS,
        Execution.auto());
  }

  /** Generates on a thread of its own, and tells what that ends with. */
  private static final class Generation {
    final CountDownLatch stepped = new CountDownLatch(3);
    final AtomicInteger inSteps = new AtomicInteger();
    final AtomicReference<Throwable> end = new AtomicReference<>();
    final AtomicReference<Boolean> interrupted = new AtomicReference<>();
    final Thread thread;

    Generation(StableDiffusionPipeline pipeline) {
      thread =
          new Thread(
              () -> {
                try {
                  pipeline.generate(REQUEST, step -> stepped(), () -> false);
                } catch (RuntimeException e) {
                  end.set(e);
                  interrupted.set(Thread.currentThread().isInterrupted());
                }
              });
      thread.start();
    }

    private void stepped() {
      stepped.countDown();
      inSteps.incrementAndGet();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void anInterruptEndsTheGenerationAndNoWorkerIsLeft(int parallel) throws Exception {
    try (StableDiffusionPipeline pipeline = open(parallel)) {
      Generation generation = new Generation(pipeline);
      generation.stepped.await();
      generation.thread.interrupt();
      generation.thread.join();
      int steps = generation.inSteps.get();
      assertInstanceOf(CancellationException.class, generation.end.get());
      assertTrue(generation.interrupted.get());
      assertTrue(steps < REQUEST.steps() * REQUEST.count());
      Thread.sleep(50);
      assertEquals(steps, generation.inSteps.get());
      assertEquals(1, pipeline.generate(REQUEST.withCount(1), s -> {}, () -> false).size());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void closingFromTwoThreadsCancelsAGeneration(int parallel) throws Exception {
    StableDiffusionPipeline pipeline = open(parallel);
    Generation generation = new Generation(pipeline);
    generation.stepped.await();
    List<Thread> closers = List.of(new Thread(pipeline::close), new Thread(pipeline::close));
    closers.forEach(Thread::start);
    for (Thread closer : closers) {
      closer.join();
    }
    generation.thread.join();
    assertInstanceOf(CancellationException.class, generation.end.get());
    assertClosed(pipeline);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void aListenerMayCloseThePipeline(int parallel) throws IOException {
    StableDiffusionPipeline pipeline = open(parallel);
    assertThrows(
        CancellationException.class,
        () -> pipeline.generate(REQUEST, step -> pipeline.close(), () -> false));
    assertClosed(pipeline);
  }

  private static void assertClosed(StableDiffusionPipeline pipeline) {
    assertEquals(
        "the pipeline is closed",
        assertThrows(
                IllegalStateException.class,
                () -> pipeline.generate(REQUEST, step -> {}, () -> false))
            .getMessage());
    pipeline.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void threadsThatGenerateTakeTurns(int parallel) throws Exception {
    GenerationRequest request = REQUEST.withSteps(5).withCount(2);
    try (StableDiffusionPipeline pipeline = open(parallel)) {
      float[] expected = values(pipeline.generate(request, step -> {}, () -> false));
      List<float[]> others = new ArrayList<>();
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        Thread thread =
            new Thread(
                () -> {
                  float[] made = values(pipeline.generate(request, step -> {}, () -> false));
                  synchronized (others) {
                    others.add(made);
                  }
                });
        threads.add(thread);
        thread.start();
      }
      for (Thread thread : threads) {
        thread.join();
      }
      assertEquals(3, others.size());
      others.forEach(other -> assertArrayEquals(expected, other));
    }
  }

  private static float[] values(List<GeneratedImage> images) {
    return images.get(1).image().dup('c').data().asFloat();
  }
}

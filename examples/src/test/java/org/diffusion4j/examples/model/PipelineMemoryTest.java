package org.diffusion4j.examples.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.diffusion4j.core.execution.Execution;
import org.diffusion4j.diffusion.pipeline.GenerationRequest;
import org.diffusion4j.diffusion.pipeline.ModelFolder;
import org.diffusion4j.diffusion.pipeline.StableDiffusionPipeline;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a process holds after many pictures: files, threads, and memory that is resident. */
@Tag("slow")
class PipelineMemoryTest {
  private static final Path PROCESS = Path.of("/proc/self");
  private static final GenerationRequest REQUEST =
      GenerationRequest.of("a photo of a sneaker").withSteps(2).withSeed(7);

  /** Memory may grow by as much: free lists and compiled code are never quite alike. */
  private static final double TOLERANCE = 1.05;

  private record Held(long files, long threads, long residentKilobytes) {
    static Held now() throws IOException {
      long files;
      try (Stream<Path> open = Files.list(PROCESS.resolve("fd"))) {
        files = open.count();
      }
      return new Held(files, status("Threads"), status("VmRSS"));
    }

    private static long status(String key) throws IOException {
      return Files.readAllLines(PROCESS.resolve("status")).stream()
          .filter(line -> line.startsWith(key + ":"))
          .map(line -> line.replaceAll("\\D", ""))
          .mapToLong(Long::parseLong)
          .findFirst()
          .orElseThrow();
    }
  }

  @BeforeEach
  void onLinux() {
    assumeTrue(Files.isReadable(PROCESS.resolve("status")), "the system tells what is held");
  }

  @Test
  void openingGeneratingAndClosingLeavesNothingBehind() throws IOException {
    ModelFolder model = ShippedModel.unpack();
    List<Held> series = new ArrayList<>();
    for (int i = 1; i <= 500; i++) {
      try (StableDiffusionPipeline pipeline = StableDiffusionPipeline.open(model)) {
        pipeline.generate(REQUEST, step -> {}, () -> false);
      }
      if (i % 50 == 0) {
        series.add(Held.now());
      }
    }
    print("times 50 pipelines", series);
    Held early = series.get(1);
    Held late = series.get(series.size() - 1);
    assertTrue(late.files() <= early.files(), series::toString);
    assertTrue(late.threads() <= early.threads() + 1, series::toString);
    assertTrue(late.residentKilobytes() <= TOLERANCE * early.residentKilobytes(), series::toString);
  }

  @Test
  void tenThousandPicturesTakeNoMoreMemoryThanAThousand() throws Exception {
    int pipelines = 4;
    int thousands = 10;
    ModelFolder model = ShippedModel.unpack();
    Execution execution = Execution.auto().withThreads(1);
    List<StableDiffusionPipeline> open = new ArrayList<>();
    List<Held> series = new ArrayList<>();
    AtomicInteger made = new AtomicInteger();
    ExecutorService threads = Executors.newFixedThreadPool(pipelines);
    try {
      for (int i = 0; i < pipelines; i++) {
        open.add(StableDiffusionPipeline.open(model, execution));
      }
      for (int thousand = 1; thousand <= thousands; thousand++) {
        int end = 1000 * thousand;
        List<Callable<Void>> work = new ArrayList<>();
        for (StableDiffusionPipeline pipeline : open) {
          work.add(
              () -> {
                for (int seed = made.getAndIncrement(); seed < end; seed = made.getAndIncrement()) {
                  pipeline.generate(REQUEST.withSeed(seed), step -> {}, () -> false);
                }
                return null;
              });
        }
        for (Future<Void> future : threads.invokeAll(work)) {
          future.get();
        }
        made.set(end);
        series.add(Held.now());
      }
    } finally {
      threads.shutdown();
      open.forEach(StableDiffusionPipeline::close);
    }
    print("thousand pictures", series);
    assertEquals(thousands, series.size());
    Held first = series.get(0);
    Held last = series.get(thousands - 1);
    assertTrue(last.residentKilobytes() <= TOLERANCE * first.residentKilobytes(), series::toString);
    assertTrue(last.files() <= first.files(), series::toString);
  }

  private static void print(String unit, List<Held> series) {
    System.out.println("files, threads and resident kilobytes by " + unit + ":");
    series.forEach(
        held ->
            System.out.printf(
                "%d %d %d%n", held.files(), held.threads(), held.residentKilobytes()));
  }
}

package org.diffusion4j.core.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.diffusion4j.core.graph.ParameterSpec;
import org.diffusion4j.core.testing.ChildJvm;
import org.diffusion4j.core.weights.DType;
import org.diffusion4j.core.weights.SafetensorsFile;
import org.diffusion4j.core.weights.Weights;
import org.diffusion4j.core.weights.WeightsFile;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Trainings in processes of their own that are killed (SIGKILL) again and again, resumed, and must
 * end with the bytes of the one that nobody kills.
 *
 * <p>Every other step writes a checkpoint, and then the model, as shards that replace those of the
 * save before: most of the time goes into saves. After every kill the model must be whole, and that
 * of a step that was saved.
 */
class KilledTrainingTest {
  private static final int KILLS_A_TRAINING = 13;
  private static final int LONGEST_LIFE_MILLIS = 150;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @TempDir private Path folder;

  /** What a process was about when it was killed, by what it left. */
  private enum Moment {
    CHECKPOINT,
    SHARDS,
    LOG,
    NO_SAVE
  }

  /** The files of a training. */
  private record Run(Path folder, long steps) {
    static Run of(String... arguments) {
      return new Run(Path.of(arguments[0]), Long.parseLong(arguments[1]));
    }

    /** In a process of its own. */
    Process start() throws IOException {
      return ChildJvm.start(Child.class, folder.toString(), Long.toString(steps));
    }

    /** Trains, or goes on training. */
    void train(TrainingListener listener) {
      LeastSquares model = new LeastSquares(7);
      TrainingListener saver =
          new TrainingListener() {
            @Override
            public void checkpointed(long step, Path checkpoint) {
              save(model.weights());
            }
          };
      WeightsFile.sweep(model());
      List<TrainingListener> listeners = List.of(new JsonLinesLog(log()), saver, listener);
      TrainingConfig config =
          TrainingConfig.of(steps, LeastSquares.BATCH, 0.01, 7).withCheckpointEvery(2);
      new Trainer(config, model.task(), folder, listeners).resume(() -> false);
      save(model.weights());
    }

    /** In two shards, of 40 and of 8 bytes. */
    private void save(Weights weights) {
      WeightsFile.saveShards(model(), weights, DType.F32, Map.of("format", "pt"), 40);
    }

    Path log() {
      return folder.resolve("log.jsonl");
    }

    Path checkpoint() {
      return Trainer.checkpointFile(folder);
    }

    Path model() {
      return folder.resolve("model").resolve("model.safetensors");
    }

    long savedStep() {
      if (!Files.exists(checkpoint())) {
        return 0;
      }
      try (SafetensorsFile file = SafetensorsFile.open(checkpoint())) {
        return Long.parseLong(file.metadata().get("step"));
      }
    }

    /** The lines but for what depends on the time. */
    List<JsonNode> loggedSteps() throws IOException {
      List<JsonNode> steps = new ArrayList<>();
      if (Files.exists(log())) {
        for (String line : Files.readAllLines(log())) {
          ObjectNode step = (ObjectNode) new ObjectMapper().readTree(line);
          steps.add(step.without(List.of("images_per_second", "elapsed_seconds")));
        }
      }
      return steps;
    }

    List<String> files() throws IOException {
      try (Stream<Path> all = Files.walk(folder)) {
        return all.filter(Files::isRegularFile)
            .map(file -> folder.relativize(file).toString().replace('\\', '/'))
            .sorted()
            .toList();
      }
    }

    Moment moment() throws IOException {
      List<String> files = files();
      if (files.stream().anyMatch(name -> name.matches("model/(.*\\.tmp|.*\\.new-.*)"))) {
        return Moment.SHARDS;
      } else if (files.stream().anyMatch(name -> name.endsWith(".tmp"))) {
        return Moment.CHECKPOINT;
      }
      return loggedSteps().size() > savedStep() ? Moment.LOG : Moment.NO_SAVE;
    }
  }

  /** The process that is killed; it says when it begins. */
  static final class Child {
    private Child() {}

    public static void main(String[] args) {
      Run.of(args)
          .train(
              new TrainingListener() {
                @Override
                public void started(TrainingStart start) {
                  System.out.write('b');
                  System.out.flush();
                }
              });
    }
  }

  @Test
  void aTrainingThatIsKilledEndsWithTheSameBytes() throws IOException, InterruptedException {
    kill(2, 23, new Random(7));
  }

  @Test
  @Tag("slow")
  void aHundredKillsChangeNothing() throws IOException, InterruptedException {
    Map<Moment, Integer> moments = kill(100, 101, new Random(11));
    System.out.println("Kills by what they left: " + moments);
    for (Moment moment : Moment.values()) {
      assertTrue(
          moment == Moment.NO_SAVE || moments.getOrDefault(moment, 0) > 0, moments::toString);
    }
  }

  /** Trains again and again until so many processes were killed. */
  private Map<Moment, Integer> kill(int kills, long steps, Random random)
      throws IOException, InterruptedException {
    Map<List<Float>, Long> saved = new HashMap<>();
    Run whole = uninterrupted(steps, saved);
    Map<Moment, Integer> moments = new EnumMap<>(Moment.class);
    int killed = 0;
    for (int training = 0; killed < kills; training++) {
      assertTrue(training <= kills, "processes end before they are killed");
      Run run = new Run(folder.resolve("training-" + training), steps);
      Files.createDirectories(run.model().getParent());
      boolean hasModel = false;
      int most = Math.min(KILLS_A_TRAINING, kills - killed);
      for (int time = 0; time < most && isKilled(run, random); time++) {
        killed++;
        moments.merge(run.moment(), 1, Integer::sum);
        if (hasModel || WeightsFile.exists(run.model())) {
          hasModel = true;
          Long step = saved.get(values(WeightsFile.load(run.model(), specs())));
          assertNotNull(step, "a model of no step");
          assertTrue(step <= run.savedStep(), step + " after " + run.savedStep());
        }
      }
      Process last = run.start();
      assertTrue(last.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS), "still running");
      assertEquals(0, last.exitValue());
      assertSameEnd(whole, run);
    }
    return moments;
  }

  /** The training that nobody kills, and the weights of all its steps. */
  private Run uninterrupted(long steps, Map<List<Float>, Long> saved) throws IOException {
    Run run = new Run(folder.resolve("whole"), steps);
    Files.createDirectories(run.model().getParent());
    run.train(
        new TrainingListener() {
          @Override
          public void checkpointed(long step, Path checkpoint) {
            saved.put(values(WeightsFile.load(run.model(), specs())), step);
          }
        });
    assertEquals((steps + 1) / 2, saved.size());
    return run;
  }

  private static List<ParameterSpec> specs() {
    return List.copyOf(new LeastSquares(7).weights().specs());
  }

  private static List<Float> values(Weights weights) {
    List<Float> values = new ArrayList<>();
    weights
        .arrays()
        .values()
        .forEach(
            array -> {
              for (float value : array.ravel().toFloatVector()) {
                values.add(value);
              }
            });
    return values;
  }

  private static boolean isKilled(Run run, Random random) throws IOException, InterruptedException {
    Process child = run.start();
    assertEquals('b', child.getInputStream().read());
    TimeUnit.NANOSECONDS.sleep(random.nextLong(Duration.ofMillis(LONGEST_LIFE_MILLIS).toNanos()));
    return child.destroyForcibly().waitFor() != 0;
  }

  private static void assertSameEnd(Run whole, Run run) throws IOException {
    assertEquals(whole.files(), run.files());
    assertEquals(whole.loggedSteps(), run.loggedSteps());
    assertEquals(whole.steps(), run.savedStep());
    for (String name : whole.files()) {
      if (name.startsWith("model/")) {
        assertArrayEquals(
            Files.readAllBytes(whole.folder().resolve(name)),
            Files.readAllBytes(run.folder().resolve(name)),
            name);
      }
    }
    try (SafetensorsFile expected = SafetensorsFile.open(whole.checkpoint());
        SafetensorsFile actual = SafetensorsFile.open(run.checkpoint())) {
      assertEquals(expected.names(), actual.names());
      for (String name : expected.names()) {
        assertArrayEquals(expected.readFloats(name), actual.readFloats(name), 0, name);
      }
    }
  }
}

package org.diffusion4j.core.train;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.diffusion4j.core.testing.ByteMutation;
import org.diffusion4j.core.testing.HostileFileTests;
import org.diffusion4j.core.testing.HostileFiles;
import org.diffusion4j.core.testing.JsonMutation;
import org.diffusion4j.core.testing.Mutation;
import org.junit.jupiter.api.io.TempDir;

class JsonLinesLogFuzzTest implements HostileFileTests {
  private static final int STEPS = 5;

  /** Changes one line. */
  private static final Mutation LINE =
      (original, random) -> {
        String text = new String(original, StandardCharsets.UTF_8);
        List<String> lines = Arrays.asList(text.split("\n"));
        int i = random.nextInt(lines.size());
        byte[] line = new JsonMutation().of(lines.get(i).getBytes(StandardCharsets.UTF_8), random);
        lines.set(i, new String(line, StandardCharsets.UTF_8));
        return (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
      };

  @TempDir Path folder;

  @Override
  public HostileFiles hostileFiles() throws IOException {
    Path file = folder.resolve("written.jsonl");
    JsonLinesLog log = new JsonLinesLog(file);
    log.started(new TrainingStart(0, STEPS, false, 100));
    for (int step = 1; step <= STEPS; step++) {
      log.stepped(new TrainingStep(step, STEPS, 0.5, Map.of("kl", 3.0), 0.25, 2, 8, 1.5));
    }
    log.finished();
    return new HostileFiles(
        folder.resolve("log.jsonl"),
        List.of(Files.readAllBytes(file)),
        Mutation.anyOf(new ByteMutation(), LINE),
        HostileFiles.JSON_TREE);
  }

  /** Goes on where the log ends, which reads it all. */
  @Override
  public void read(Path file) throws IOException {
    JsonLinesLog log = new JsonLinesLog(file);
    log.started(new TrainingStart(STEPS, STEPS, Files.size(file) > 0, 100));
    log.finished();
  }
}

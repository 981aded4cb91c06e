package org.diffusion4j.examples.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the model that ships is promised to reach on all held-out pictures. */
@Tag("slow")
class EvaluateCommandTest {
  @Test
  void theShippedModelKeepsItsPromises(@TempDir Path folder) throws IOException {
    Path grid = folder.resolve("grid.png");
    Run run = Run.of("evaluate", "--json", "-o", grid);
    assertEquals(0, run.exitCode(), run.err());
    JsonNode figures = new ObjectMapper().readTree(run.out());
    assertTrue(figures.get("vae_reconstruction_mse").asDouble() < 0.03, run.out());
    assertTrue(figures.get("clip_zero_shot_accuracy").asDouble() >= 0.80, run.out());
    assertTrue(figures.get("generated_class_accuracy").asDouble() >= 0.75, run.out());
    assertTrue(figures.get("classifier_accuracy").asDouble() >= 0.88, run.out());
    assertTrue(Files.exists(grid));
  }
}

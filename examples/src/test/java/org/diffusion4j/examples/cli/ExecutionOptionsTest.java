package org.diffusion4j.examples.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.diffusion4j.core.image.ImageFiles;
import org.diffusion4j.examples.Diffusion4j;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class ExecutionOptionsTest {
  /** Commands that run graphs. */
  private static final List<String> COMMANDS =
      List.of(
          "text2image",
          "image2image",
          "inpaint",
          "reconstruct",
          "zero-shot",
          "evaluate",
          "train vae",
          "train clip",
          "train diffusion",
          "train finetune",
          "train lora",
          "verify",
          "profile");

  @TempDir Path folder;

  private Run run(String file, Object... arguments) {
    return Run.of(
        Stream.concat(
                Stream.of("text2image", "a bag", "-o", folder.resolve(file), "--steps=2"),
                Arrays.stream(arguments))
            .toArray());
  }

  private byte[] picture(Object... arguments) throws IOException {
    Run run = run("x.png", arguments);
    assertEquals(0, run.exitCode(), run.err());
    return Files.readAllBytes(folder.resolve("x.png"));
  }

  @Test
  void everyCommandThatRunsGraphsHasThem() {
    for (String name : COMMANDS) {
      CommandLine command = Diffusion4j.commandLine();
      for (String word : name.split(" ", -1)) {
        command = command.getSubcommands().get(word);
      }
      for (String option : List.of("--executor", "--precision", "--threads")) {
        assertTrue(command.getCommandSpec().optionsMap().containsKey(option), name + option);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"f32", "bf16"})
  void theSameSeedGivesTheSameBytes(String precision) throws IOException {
    Object[] options = {"--threads=1", "--executor=onednn", "--precision=" + precision};
    byte[] picture = picture(options);
    assertArrayEquals(picture, picture(options));
    assertEquals(precision, ImageFiles.texts(folder.resolve("x.png")).get("precision"));

    byte[] grid = picture(with(options, "--count=3", "--parallel=1"));
    assertArrayEquals(grid, picture(with(options, "--count=3", "--parallel=2")));
    assertArrayEquals(grid, picture(with(options, "--count=3", "--parallel=2")));
  }

  private static Object[] with(Object[] options, Object... more) {
    return Stream.concat(Arrays.stream(options), Arrays.stream(more)).toArray();
  }

  /** What one command is told is nothing to the next one in the process. */
  @Test
  void eachCommandHasItsOwn() throws IOException {
    byte[] single = picture();
    byte[] half = picture("--precision=bf16");
    assertFalse(Arrays.equals(half, single));
    picture("--executor=samediff", "--precision=fast");
    assertArrayEquals(single, picture());
    assertArrayEquals(half, picture("--precision=bf16"));
  }

  @Test
  void otherValuesAreBadUsage() {
    assertBadUsage(
        "--executor (=cuda) must be auto or one of [onednn, samediff]",
        run("x.png", "--executor=cuda"));
    assertBadUsage("'--precision': expected one of [F32,", run("x.png", "--precision=f16"));
    assertBadUsage(
        "--precision (=f64) must be f32, bf16 or fast: f64 is for verify alone",
        run("x.png", "--precision=f64"));
    assertBadUsage(
        "--executor (=samediff) cannot compute in BF16: it has no bfloat16",
        run("x.png", "--precision=bf16", "--executor=samediff"));
    assertBadUsage(
        "--executor (=onednn) cannot compute in F64: it has no float64",
        Run.of("verify", "--precision=f64", "--executor=onednn"));
  }

  private void assertBadUsage(String sentence, Run run) {
    assertEquals(2, run.exitCode(), run.err());
    assertEquals(1, run.err().lines().count(), run.err());
    assertTrue(run.err().contains(sentence), run.err());
    assertFalse(Files.exists(folder.resolve("x.png")));
  }
}

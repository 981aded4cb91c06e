package org.diffusion4j.examples.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.Map;
import org.diffusion4j.core.image.ImageFiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What pictures say of how they were made. */
class PictureTextsTest {
  @TempDir private Path folder;

  @Test
  void aPictureKeepsItsPromptInAnyScript() {
    Path file = folder.resolve("x.png");
    String prompt = "un café, 猫の写真 🐈";
    Run run =
        Run.of("text2image", prompt, "--negative-prompt=Züge", "-o", file, "--steps=2", "--seed=7");
    assertEquals(0, run.exitCode(), run.err());
    Map<String, String> texts = ImageFiles.texts(file);
    assertEquals(prompt, texts.get("prompt"));
    assertEquals("Züge", texts.get("negative_prompt"));
    assertEquals("2", texts.get("steps"));
    assertEquals("7", texts.get("seed"));
  }
}

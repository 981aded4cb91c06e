package org.diffusion4j.examples.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;

class FailuresTest {

  @Test
  void fileExceptionsSayMoreThanAName() {
    assertEquals("a/b: access is denied", Failures.sentence(new AccessDeniedException("a/b")));
    assertEquals(
        "cannot write c: a/b: there is no such file or folder",
        Failures.sentence(
            new UncheckedIOException("cannot write c", new NoSuchFileException("a/b"))));
  }

  @Test
  void anExceptionWithoutAMessageIsNamed() {
    assertTrue(
        Failures.sentence(new NullPointerException()).contains("java.lang.NullPointerException"));
  }

  @Test
  void onlyTheLinesOfNd4jAreDropped() {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    try (LibraryOutput output =
        new LibraryOutput(new PrintStream(printed, true, StandardCharsets.UTF_8))) {
      output.println("Added differentiated op add_3");
      output.println("something else");
    }
    assertEquals("something else", printed.toString(StandardCharsets.UTF_8).strip());
  }
}

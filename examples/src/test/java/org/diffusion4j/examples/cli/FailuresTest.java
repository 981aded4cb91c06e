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
  void whatRanOutOfMemoryNamesTheBoundToRaise() {
    String heap = Failures.outOfMemory(new OutOfMemoryError("Java heap space"));
    assertTrue(heap.startsWith("out of memory (Java heap space): "), heap);
    assertTrue(heap.endsWith("raise the JVM's -Xmx"), heap);
    String physical =
        outOfMemory(
            "Physical memory usage is too high: physicalBytes (8G) > maxPhysicalBytes (7G)");
    assertTrue(physical.contains("(8G) > maxPhysicalBytes (7G))"), physical);
    assertTrue(physical.endsWith("-Dorg.bytedeco.javacpp.maxphysicalbytes"), physical);
    String arrays =
        outOfMemory("Failed to allocate memory within limits: totalBytes (3G) > maxBytes (2G)");
    assertTrue(arrays.endsWith("-Dorg.bytedeco.javacpp.maxbytes"), arrays);
  }

  /** As JavaCPP throws it. */
  private static String outOfMemory(String reason) {
    OutOfMemoryError error =
        new OutOfMemoryError(
            "Cannot allocate new LongPointer(1): totalBytes = 8, physicalBytes = 1G");
    error.initCause(new OutOfMemoryError(reason));
    return Failures.outOfMemory(error);
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

package org.diffusion4j.core.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFilesTest {
  private static final AtomicFiles.Body TEXT = channel -> channel.write(ByteBuffer.wrap(bytes()));

  @TempDir Path folder;

  private static byte[] bytes() {
    return new byte[] {'n', 'e', 'w'};
  }

  @Test
  void createsAndReplaces() throws IOException {
    Path target = folder.resolve("file");
    AtomicFiles.write(target, TEXT);
    assertEquals("new", Files.readString(target));
    Files.writeString(target, "longer than before");
    AtomicFiles.write(target, TEXT);
    assertEquals("new", Files.readString(target));
    assertEquals(List.of(target), filesLeft());
  }

  @Test
  void aFailureLeavesTheFileThatWasThereAndNothingElse() throws IOException {
    Path target = Files.writeString(folder.resolve("file"), "old");
    IOException failure = new IOException("disk full");
    assertSame(
        failure,
        assertThrows(
            IOException.class,
            () ->
                AtomicFiles.write(
                    target,
                    channel -> {
                      TEXT.writeTo(channel);
                      throw failure;
                    })));
    assertEquals("old", Files.readString(target));
    assertEquals(List.of(target), filesLeft());
  }

  @Test
  void writesBytes() throws IOException {
    Path target = Files.writeString(folder.resolve("file"), "longer than before");
    AtomicFiles.write(target, bytes());
    assertEquals("new", Files.readString(target));
    assertEquals(List.of(target), filesLeft());
  }

  @Test
  void theFolderMustExist() {
    Path target = folder.resolve("missing").resolve("file");
    IOException error = assertThrows(IOException.class, () -> AtomicFiles.write(target, TEXT));
    assertEquals("folder " + target.getParent() + " does not exist", error.getMessage());
  }

  @Test
  void aFolderIsNotReplaced() throws IOException {
    Path target = Files.createDirectory(folder.resolve("occupied"));
    IOException error = assertThrows(IOException.class, () -> AtomicFiles.write(target, TEXT));
    assertEquals("it is a folder", error.getMessage());
    assertEquals(List.of(target), filesLeft());
  }

  private List<Path> filesLeft() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }
}

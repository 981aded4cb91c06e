package org.diffusion4j.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
  private static final AtomicFile.Body TEXT = channel -> channel.write(ByteBuffer.wrap(bytes()));

  @TempDir Path folder;

  private static byte[] bytes() {
    return new byte[] {'n', 'e', 'w'};
  }

  @Test
  void createsAndReplaces() throws IOException {
    Path target = folder.resolve("file");
    AtomicFile.write(target, TEXT);
    assertEquals("new", Files.readString(target));
    Files.writeString(target, "longer than before");
    AtomicFile.write(target, TEXT);
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
                AtomicFile.write(
                    target,
                    channel -> {
                      TEXT.writeTo(channel);
                      throw failure;
                    })));
    assertEquals("old", Files.readString(target));
    assertEquals(List.of(target), filesLeft());
  }

  @Test
  void theFolderMustExist() {
    Path target = folder.resolve("missing").resolve("file");
    assertThrows(NoSuchFileException.class, () -> AtomicFile.write(target, TEXT));
  }

  private List<Path> filesLeft() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }
}

package org.diffusion4j.core.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.diffusion4j.core.testing.ChildJvm;
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

  @Test
  void whatAKilledProcessLeftIsSweptAndNothingElse() throws IOException {
    List<Path> kept = new ArrayList<>();
    for (String name :
        List.of(
            "diffusion4j-0123456789abcdef.tmp",
            ".diffusion4j-0123456789abcde.tmp",
            ".diffusion4j-0123456789abcdef.tmp.safetensors",
            ".diffusion4j-0123456789abcdeg.tmp",
            ".diffusion4j.tmp")) {
      kept.add(Files.writeString(folder.resolve(name), "mine"));
    }
    kept.add(Files.createDirectory(folder.resolve(".diffusion4j-0000000000000000.tmp")));
    kept.add(
        Files.createSymbolicLink(folder.resolve(".diffusion4j-1111111111111111.tmp"), kept.get(0)));
    Files.writeString(folder.resolve(".diffusion4j-0123456789abcdef.tmp"), "half");
    Files.writeString(folder.resolve(".diffusion4j-fedcba9876543210.tmp"), "");
    AtomicFiles.sweep(folder);
    assertEquals(Set.copyOf(kept), Set.copyOf(filesLeft()));
    AtomicFiles.sweep(folder.resolve("missing"));
  }

  @Test
  void whatIsBeingWrittenIsNotSwept() throws IOException {
    Path target = folder.resolve("file");
    AtomicFiles.write(
        target,
        channel -> {
          TEXT.writeTo(channel);
          AtomicFiles.sweep(folder);
          assertEquals(1, filesLeft().size());
        });
    assertEquals(List.of(target), filesLeft());
  }

  @Test
  void whatAnotherProcessWritesIsNotSwept() throws IOException, InterruptedException {
    Process writer = ChildJvm.start(Writer.class, folder.resolve("file").toString());
    try (InputStream ready = writer.getInputStream();
        OutputStream go = writer.getOutputStream()) {
      assertEquals('r', ready.read());
      AtomicFiles.sweep(folder);
      assertEquals(1, filesLeft().size());
      go.write('g');
      go.flush();
      assertEquals(0, writer.waitFor());
      assertEquals(List.of(folder.resolve("file")), filesLeft());
    } finally {
      writer.destroyForcibly();
    }
  }

  /** Writes a file, and waits in the midst of it. */
  static final class Writer {
    private Writer() {}

    public static void main(String[] args) throws IOException {
      AtomicFiles.write(
          Path.of(args[0]),
          channel -> {
            TEXT.writeTo(channel);
            System.out.write('r');
            System.out.flush();
            System.in.read();
          });
    }
  }

  @Test
  void aSecondNameIsTakenFromTheFileThatHadIt() throws IOException {
    Path existing = Files.writeString(folder.resolve("a"), "new");
    Path target = Files.writeString(folder.resolve("b"), "longer than before");
    AtomicFiles.link(existing, target);
    assertEquals("new", Files.readString(target));
    AtomicFiles.link(existing, target);
    assertEquals(Set.of(existing, target), Set.copyOf(filesLeft()));
    Files.delete(existing);
    assertEquals("new", Files.readString(target));
  }
}

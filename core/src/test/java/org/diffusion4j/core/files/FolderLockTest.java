package org.diffusion4j.core.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.diffusion4j.core.testing.ChildJvm;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderLockTest {
  @TempDir Path folder;

  @Test
  void theFolderIsMadeAndFreeAtTheEnd() throws IOException {
    Path made = folder.resolve("runs").resolve("first");
    assertEquals(7, FolderLock.<Integer, RuntimeException>holding(made, () -> 7));
    assertThrows(
        IllegalStateException.class,
        () ->
            FolderLock.holding(
                made,
                () -> {
                  throw new IllegalStateException("failed");
                }));
    assertEquals(7, FolderLock.<Integer, RuntimeException>holding(made, () -> 7));
    assertEquals("", Files.readString(made.resolve(FolderLock.NAME)));
  }

  @Test
  void aThreadMayHoldAFolderTwiceAndAnotherMayNot() throws IOException {
    Path other = Files.createSymbolicLink(folder.resolve("link"), folder);
    FolderLock.holding(
        folder,
        () -> {
          assertEquals(7, FolderLock.<Integer, RuntimeException>holding(other, () -> 7));
          FutureTask<Integer> second =
              new FutureTask<>(() -> FolderLock.<Integer, RuntimeException>holding(other, () -> 7));
          new Thread(second).start();
          var error = assertThrows(ExecutionException.class, second::get);
          assertEquals(
              other
                  + " is in use by thread "
                  + Thread.currentThread().getName()
                  + " of this process: wait for its end, or take another folder",
              error.getCause().getMessage());
          return null;
        });
  }

  /** Holds a folder until it is killed. */
  static final class Holder {
    private Holder() {}

    public static void main(String[] args) throws IOException {
      FolderLock.holding(
          Path.of(args[0]),
          () -> {
            System.out.write('r');
            System.out.flush();
            return System.in.read();
          });
    }
  }

  @Test
  void anotherProcessIsNamedUntilItDies() throws IOException, InterruptedException {
    Process holder = ChildJvm.start(Holder.class, folder.toString());
    try (InputStream ready = holder.getInputStream()) {
      assertEquals('r', ready.read());
      for (int time = 0; time < 2; time++) {
        String message =
            assertThrows(IllegalStateException.class, () -> FolderLock.holding(folder, () -> null))
                .getMessage();
        assertTrue(
            message.matches(
                "\\Q"
                    + folder
                    + " is in use by process "
                    + holder.pid()
                    + " on host \\E\\S+ since"
                    + " [0-9]{4}-[0-9-]+T[0-9:.]+Z: wait for its end, or take another folder"),
            message);
      }
    } finally {
      holder.destroyForcibly().waitFor();
    }
    assertFalse(Files.readString(folder.resolve(FolderLock.NAME)).isEmpty());
    assertEquals(7, FolderLock.<Integer, RuntimeException>holding(folder, () -> 7));
  }

  @Test
  void anInterruptedThreadHoldsAFolder() throws IOException {
    Thread.currentThread().interrupt();
    assertEquals(7, FolderLock.<Integer, RuntimeException>holding(folder, () -> 7));
    assertTrue(Thread.interrupted());
  }
}

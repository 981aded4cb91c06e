package org.diffusion4j.core.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class FileLookupTest {
  private static final List<Predicate<Path>> LOOKUPS =
      List.of(FileLookup::exists, FileLookup::fileExists, FileLookup::isFile, FileLookup::isFolder);

  @TempDir Path folder;

  @Test
  void tellsFilesFromFoldersAndFromNothing() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));
    Path link = Files.createSymbolicLink(folder.resolve("link"), file);
    for (Path each : List.of(file, link)) {
      assertTrue(FileLookup.exists(each));
      assertTrue(FileLookup.fileExists(each));
      assertTrue(FileLookup.isFile(each));
      assertFalse(FileLookup.isFolder(each));
    }
    assertTrue(FileLookup.exists(folder));
    assertFalse(FileLookup.isFile(folder));
    assertTrue(FileLookup.isFolder(folder));
    LOOKUPS.forEach(lookup -> assertFalse(lookup.test(folder.resolve("missing"))));
    LOOKUPS.forEach(lookup -> assertFalse(lookup.test(folder.resolve("missing").resolve("file"))));
  }

  @Test
  void aFolderIsNotTheFileThatShouldBeThere() {
    assertRefused("it is a folder", folder, FileLookup::fileExists);
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void whatCannotBeSeenIsNotMissing() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));
    Path loop = Files.createSymbolicLink(folder.resolve("loop"), folder.resolve("loop"));
    Path nowhere = Files.createSymbolicLink(folder.resolve("nowhere"), folder.resolve("missing"));
    for (Predicate<Path> lookup : LOOKUPS) {
      assertRefused("Not a directory", file.resolve("within"), lookup);
      assertRefused("File name too long", folder.resolve("x".repeat(300)), lookup);
      assertRefused(
          "Too many levels of symbolic links or unable to access attributes of symbolic link",
          loop,
          lookup);
      assertRefused("it is a link that leads nowhere", nowhere, lookup);
    }
  }

  private static void assertRefused(String reason, Path path, Predicate<Path> lookup) {
    var error = assertThrows(UncheckedIOException.class, () -> lookup.test(path));
    assertEquals("cannot look at " + path + ": " + reason, error.getMessage());
  }
}

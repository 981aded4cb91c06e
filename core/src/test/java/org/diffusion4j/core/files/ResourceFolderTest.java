package org.diffusion4j.core.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResourceFolderTest {
  /** A class to put into a jar. */
  static final class Anchor {}

  private static final String PACKAGE = "org/diffusion4j/core/files/";

  @TempDir Path folder;

  @Test
  void unpacksAJar() throws IOException, ReflectiveOperationException {
    String anchor = Anchor.class.getName().replace('.', '/') + ".class";
    Path jar = folder.resolve("a b.jar");
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
      for (String name :
          new String[] {"data/", "data/one.txt", "data/deeper/", "data/deeper/two"}) {
        out.putNextEntry(new JarEntry(PACKAGE + name));
        if (!name.endsWith("/")) {
          out.write(name.getBytes(StandardCharsets.UTF_8));
        }
      }
      out.putNextEntry(new JarEntry(PACKAGE + "beside"));
      out.putNextEntry(new JarEntry(anchor));
      out.write(Anchor.class.getClassLoader().getResourceAsStream(anchor).readAllBytes());
    }
    try (URLClassLoader loader = new URLClassLoader(new URL[] {jar.toUri().toURL()}, null)) {
      Class<?> type = loader.loadClass(Anchor.class.getName());
      for (int time = 0; time < 2; time++) {
        Path unpacked = ResourceFolder.unpack(type, "data");
        assertEquals("deeper deeper/two one.txt", names(unpacked));
        assertEquals("data/deeper/two", Files.readString(unpacked.resolve("deeper/two")));
      }
    }
  }

  @Test
  void copiesAFolderOfClasses() throws IOException {
    String golden = "/org/diffusion4j/core/verify/golden";
    Path unpacked = ResourceFolder.unpack(Anchor.class, golden);
    Files.delete(unpacked.resolve("random/io.json"));
    Path again = ResourceFolder.unpack(Anchor.class, golden);
    assertTrue(Files.exists(again.resolve("random/io.json")));
  }

  @Test
  void namesWhatIsMissing() {
    var error =
        assertThrows(
            FileNotFoundException.class, () -> ResourceFolder.unpack(Anchor.class, "nothing"));
    assertEquals("the jar lacks nothing of org.diffusion4j.core.files", error.getMessage());
  }

  private static String names(Path root) throws IOException {
    try (Stream<Path> walk = Files.walk(root)) {
      return walk
          .filter(path -> !path.equals(root))
          .map(path -> root.relativize(path).toString().replace('\\', '/'))
          .collect(Collectors.toCollection(TreeSet::new))
          .stream()
          .collect(Collectors.joining(" "));
    }
  }
}

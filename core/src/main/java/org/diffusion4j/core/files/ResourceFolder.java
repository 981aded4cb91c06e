package org.diffusion4j.core.files;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Folders of resources, which lie in a jar or among compiled classes, as folders of files. */
public final class ResourceFolder {
  private ResourceFolder() {}

  /**
   * Copies a folder of resources into a temporary one, which is deleted when the JVM ends.
   *
   * @param type a class whose package the folder is looked for in
   * @param name the folder's name relative to that package
   * @return the temporary folder
   * @throws FileNotFoundException if there is no such folder
   * @throws IOException if there is no room for it
   */
  public static Path unpack(Class<?> type, String name) throws IOException {
    URL url = type.getResource(name);
    if (url == null) {
      throw new FileNotFoundException("the jar lacks " + name + " of " + type.getPackageName());
    }
    if (!(url.openConnection() instanceof JarURLConnection connection)) {
      return copy(Path.of(uri(url)));
    }
    try (FileSystem jar = FileSystems.newFileSystem(Path.of(uri(connection.getJarFileURL())))) {
      return copy(jar.getPath(connection.getEntryName()));
    }
  }

  private static URI uri(URL url) throws IOException {
    try {
      return url.toURI();
    } catch (URISyntaxException e) {
      throw new IOException("cannot read resources from " + url, e);
    }
  }

  private static Path copy(Path folder) throws IOException {
    Path copy = Files.createTempDirectory("diffusion4j-");
    List<Path> paths;
    try (Stream<Path> walk = Files.walk(folder)) {
      paths = walk.toList();
    }
    for (Path path : paths) {
      Path target = copy.resolve(folder.relativize(path).toString());
      // The JVM deletes in the opposite order: files before the folders they lie in.
      target.toFile().deleteOnExit();
      if (!target.equals(copy)) {
        Files.copy(path, target);
      }
    }
    return copy;
  }
}

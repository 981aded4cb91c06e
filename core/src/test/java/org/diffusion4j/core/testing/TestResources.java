package org.diffusion4j.core.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import org.diffusion4j.core.verify.GoldenFile;

/** Files among the resources of tests. */
public final class TestResources {
  private TestResources() {}

  /**
   * The path of a resource.
   *
   * @param name its path from the root of the resources
   */
  public static Path path(String name) {
    URL url = TestResources.class.getClassLoader().getResource(name);
    if (url == null) {
      throw new IllegalArgumentException("no test resource is named " + name);
    }
    try {
      return Path.of(url.toURI());
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /**
   * Reads a golden file.
   *
   * @param name the path of its JSON from the root of the resources
   */
  public static GoldenFile golden(String name) {
    try {
      return GoldenFile.open(path(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

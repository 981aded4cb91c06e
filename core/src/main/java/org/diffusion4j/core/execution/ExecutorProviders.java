package org.diffusion4j.core.execution;

import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;

/** The providers of this process, the preferred one first. */
final class ExecutorProviders {
  private static final List<ExecutorProvider> ALL =
      ServiceLoader.load(ExecutorProvider.class, ExecutorProvider.class.getClassLoader()).stream()
          .map(ServiceLoader.Provider::get)
          .sorted(Comparator.comparing(ExecutorProvider::preference).reversed())
          .toList();

  private ExecutorProviders() {}

  static List<ExecutorProvider> all() {
    return ALL;
  }
}

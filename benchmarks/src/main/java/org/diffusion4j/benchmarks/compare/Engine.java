package org.diffusion4j.benchmarks.compare;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.diffusion4j.core.execution.Precision;

/** What computes: an executor of this framework, or a peer. */
interface Engine {
  /** Whether it knows how to do a work. */
  default boolean does(Work work) {
    return work.isNetwork();
  }

  /**
   * Writes what it reads, where that is missing, before its process starts.
   *
   * @param data the folder of the weights
   */
  default void prepare(Work work, Path data) {}

  /** Loads a network, to run on so many threads. */
  Session open(Work work, NetworkTask task, Precision precision, int threads) throws IOException;

  /**
   * Loads the pipeline of {@link Work#TEXT2IMAGE}.
   *
   * @throws IllegalStateException if it does not do that
   */
  default Session openPictures(Precision precision, int threads) throws IOException {
    throw new IllegalStateException(library() + " has no pipeline");
  }

  /** What it runs on, with versions. */
  String library();

  /** What its process finds in its environment besides. */
  default Map<String, String> environment() {
    return Map.of();
  }

  /** What its Java virtual machine is told besides. */
  default List<String> jvmOptions() {
    return List.of();
  }
}

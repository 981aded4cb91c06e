package org.diffusion4j.core.train;

import java.nio.FloatBuffer;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Changes arrays value by value, each by the values of all at the same place.
 *
 * <p>It works on chunks in plain Java arrays, whose loops the compiler turns into vector
 * instructions.
 */
final class ChunkedUpdate {
  private final float[][] chunks;

  /** For one array that is read and some that are changed. */
  ChunkedUpdate(int changed) {
    chunks = new float[1 + changed][HostFloats.CHUNK];
  }

  /** The arithmetic for one chunk. */
  @FunctionalInterface
  interface Kernel {
    /**
     * Changes values.
     *
     * @param chunks that of the array that is read, then those of the arrays that are changed
     * @param n how many values of each chunk there are
     */
    void apply(float[][] chunks, int n);
  }

  /**
   * Runs the kernel over all values.
   *
   * @param name what they belong to, for errors
   * @param read as long as the others
   */
  void run(String name, INDArray read, List<INDArray> changed, Kernel kernel) {
    FloatBuffer source = HostFloats.of(name, read);
    List<FloatBuffer> targets = changed.stream().map(array -> HostFloats.of(name, array)).toList();
    for (int from = 0; from < source.capacity(); from += HostFloats.CHUNK) {
      int n = Math.min(HostFloats.CHUNK, source.capacity() - from);
      source.get(from, chunks[0], 0, n);
      for (int i = 0; i < targets.size(); i++) {
        targets.get(i).get(from, chunks[1 + i], 0, n);
      }
      kernel.apply(chunks, n);
      for (int i = 0; i < targets.size(); i++) {
        targets.get(i).put(from, chunks[1 + i], 0, n);
      }
    }
    for (int i = 0; i < targets.size(); i++) {
      HostFloats.commit(changed.get(i), targets.get(i));
    }
  }
}

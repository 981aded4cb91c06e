package org.diffusion4j.core.weights;

import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.diffusion4j.core.InvalidFileException;
import org.diffusion4j.core.graph.ParameterSpec;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Brings parameters from their file into memory's layout.
 *
 * <p>Values go from mapped windows of a few megabytes straight to where they belong: but for these
 * windows, nothing is in memory twice.
 */
final class ParameterReader {
  /** What a thread takes from the file at once: 8 MiB of float32. */
  private static final int WINDOW = 1 << 21;

  private final TensorSource tensors;

  /**
   * @param tensors has a tensor of its shape for every parameter that is to be read
   */
  ParameterReader(TensorSource tensors) {
    this.tensors = tensors;
  }

  /**
   * The arrays of the parameters by name, in their order.
   *
   * @param file for messages
   * @throws InvalidFileException if the file becomes shorter meanwhile or a tensor is too large
   * @throws java.io.UncheckedIOException if the file cannot be read
   */
  Map<String, INDArray> read(Path file, Collection<ParameterSpec> specs) {
    Map<String, INDArray> arrays = new LinkedHashMap<>();
    List<CopyingThreads.Task> tasks = new ArrayList<>();
    try {
      for (ParameterSpec spec : specs) {
        arrays.put(spec.name(), array(spec, tasks));
      }
      CopyingThreads.run(file, tasks, WINDOW);
    } catch (RuntimeException | Error e) {
      // Their memory is none of Java's, so that nothing would hurry to free it.
      arrays.values().forEach(INDArray::close);
      throw e;
    }
    return arrays;
  }

  /** An array that a task will fill, or that is filled at once where it is not of this memory. */
  private INDArray array(ParameterSpec spec, List<CopyingThreads.Task> tasks) {
    long[] shape = spec.shapeArray();
    Optional<AxisReversal> reversal = AxisReversal.ofFile(spec);
    int pieceSize = reversal.map(r -> r.pieceSize(WINDOW)).orElse(WINDOW);
    if (pieceSize == 0 || !HostArrays.isHost(spec.size())) {
      float[] values = tensors.readFloats(spec.name());
      return HostArrays.of(reversal.map(r -> r.reverse(values)).orElse(values), shape);
    }
    INDArray array = HostArrays.uninitialized(shape);
    FloatBuffer memory = HostArrays.view(array);
    TensorSource.FloatPieces pieces =
        reversal.isPresent()
            ? (values, start, count) -> reversal.get().place(values, start, count, memory)
            : (values, start, count) -> memory.put(start, values, 0, count);
    tasks.add(buffer -> tensors.copyFloats(spec.name(), buffer, pieceSize, pieces));
    return array;
  }
}

package org.diffusion4j.core.weights;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.diffusion4j.core.InvalidFileException;
import org.diffusion4j.core.graph.ParameterSpec;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Brings parameters from their file into memory's layout.
 *
 * <p>Values go from mapped windows of some megabytes straight to where they belong: but for these
 * windows, nothing is in memory twice.
 */
final class ParameterReader {
  /** What is mapped at once: 16 MiB of float32. */
  private static final int WINDOW = 1 << 22;

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
    try {
      copy(specs, arrays);
    } catch (IOException e) {
      arrays.values().forEach(INDArray::close);
      throw SafetensorsFile.unreadable(file, e);
    } catch (RuntimeException | Error e) {
      // Their memory is none of Java's, so that nothing would hurry to free it.
      arrays.values().forEach(INDArray::close);
      throw e;
    }
    return arrays;
  }

  private void copy(Collection<ParameterSpec> specs, Map<String, INDArray> arrays)
      throws IOException {
    try (MappedCopies copies = new MappedCopies(WINDOW)) {
      for (ParameterSpec spec : specs) {
        if (HostArrays.isHost(spec.size()) && pieceSize(spec) > 0) {
          INDArray array = HostArrays.uninitialized(spec.shapeArray());
          arrays.put(spec.name(), array);
          copy(spec, copies, HostArrays.view(array));
        } else {
          arrays.put(spec.name(), whole(spec));
        }
      }
    }
  }

  private static int pieceSize(ParameterSpec spec) {
    return AxisReversal.ofFile(spec).map(reversal -> reversal.pieceSize(WINDOW)).orElse(WINDOW);
  }

  private void copy(ParameterSpec spec, MappedCopies copies, FloatBuffer memory) {
    Optional<AxisReversal> reversal = AxisReversal.ofFile(spec);
    TensorSource.FloatPieces pieces =
        reversal.isPresent()
            ? (values, start, count) -> reversal.get().place(values, start, count, memory)
            : (values, start, count) -> memory.put(start, values, 0, count);
    tensors.copyFloats(spec.name(), copies, pieceSize(spec), pieces);
  }

  /** Of no values, of very many, or for another memory than Java's. */
  private INDArray whole(ParameterSpec spec) {
    float[] values = tensors.readFloats(spec.name());
    float[] ordered = AxisReversal.ofFile(spec).map(r -> r.reverse(values)).orElse(values);
    return HostArrays.of(ordered, spec.shapeArray());
  }
}

package org.diffusion4j.core.weights;

import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
    List<ParameterSpec> ordered = List.copyOf(specs);
    INDArray[] arrays = new INDArray[ordered.size()];
    List<CopyingThreads.Task> tasks = new ArrayList<>();
    try {
      for (int i = 0; i < arrays.length; i++) {
        int index = i;
        ParameterSpec spec = ordered.get(i);
        if (HostArrays.isHost(spec.size()) && pieceSize(spec) > 0) {
          // Making an array is a good part of the work: all its memory is written to.
          tasks.add(
              buffer -> {
                arrays[index] = HostArrays.uninitialized(spec.shapeArray());
                copy(spec, buffer, HostArrays.view(arrays[index]));
              });
        } else {
          arrays[i] = whole(spec);
        }
      }
      CopyingThreads.run(file, tasks, WINDOW);
    } catch (RuntimeException | Error e) {
      // Their memory is none of Java's, so that nothing would hurry to free it.
      Arrays.stream(arrays).filter(Objects::nonNull).forEach(INDArray::close);
      throw e;
    }
    Map<String, INDArray> byName = new LinkedHashMap<>();
    for (int i = 0; i < arrays.length; i++) {
      byName.put(ordered.get(i).name(), arrays[i]);
    }
    return byName;
  }

  private static int pieceSize(ParameterSpec spec) {
    return AxisReversal.ofFile(spec).map(reversal -> reversal.pieceSize(WINDOW)).orElse(WINDOW);
  }

  private void copy(ParameterSpec spec, float[] buffer, FloatBuffer memory) {
    Optional<AxisReversal> reversal = AxisReversal.ofFile(spec);
    TensorSource.FloatPieces pieces =
        reversal.isPresent()
            ? (values, start, count) -> reversal.get().place(values, start, count, memory)
            : (values, start, count) -> memory.put(start, values, 0, count);
    tensors.copyFloats(spec.name(), buffer, pieceSize(spec), pieces);
  }

  /** Of no values, of very many, or for another memory than Java's. */
  private INDArray whole(ParameterSpec spec) {
    float[] values = tensors.readFloats(spec.name());
    float[] ordered = AxisReversal.ofFile(spec).map(r -> r.reverse(values)).orElse(values);
    return HostArrays.of(ordered, spec.shapeArray());
  }
}

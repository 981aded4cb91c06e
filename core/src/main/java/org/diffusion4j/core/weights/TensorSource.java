package org.diffusion4j.core.weights;

import java.util.Set;

/** Named tensors on disk: one file or several, under their names there or others. */
interface TensorSource extends AutoCloseable {
  /** The names of the tensors. */
  Set<String> names();

  /**
   * Type and shape of a tensor.
   *
   * @throws IllegalArgumentException if there is none of that name
   */
  TensorInfo info(String name);

  /**
   * The values of an F32, F16 or BF16 tensor in C order.
   *
   * @throws IllegalArgumentException if there is none of that name
   * @throws org.diffusion4j.core.InvalidFileException if it has another type or more values than an
   *     array holds
   * @throws java.io.UncheckedIOException if the file cannot be read
   */
  float[] readFloats(String name);

  @Override
  void close();
}

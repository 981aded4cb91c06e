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

  /**
   * Gives the values of an F32, F16 or BF16 tensor in C order, piece by piece, on the threads of
   * {@code copies}, until these are closed.
   *
   * @param pieceSize the values of a piece, positive and no more than {@code copies} have room for;
   *     the last piece may have fewer
   * @throws IllegalArgumentException if there is none of that name
   * @throws org.diffusion4j.core.InvalidFileException if it has another type or more values than an
   *     array holds, or if the file no longer holds all of it
   * @throws java.io.UncheckedIOException if the file cannot be read
   */
  void copyFloats(String name, MappedCopies copies, int pieceSize, FloatPieces pieces);

  /** Takes a tensor piece by piece. */
  interface FloatPieces {
    /** Takes the first {@code count} values, the first of which is value {@code start}. */
    void accept(float[] values, int start, int count);
  }

  @Override
  void close();
}

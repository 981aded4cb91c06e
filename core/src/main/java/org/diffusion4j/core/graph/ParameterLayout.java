package org.diffusion4j.core.graph;

import java.util.stream.IntStream;

/**
 * How the axes of a parameter in memory relate to those of the tensor in its file.
 *
 * <p>Files hold PyTorch's layout; memory holds the one that ND4J computes with. The conversion
 * happens when weights are loaded or saved and nowhere else.
 */
public enum ParameterLayout {
  /** The same axes in memory and in the file: biases, norms, embedding tables. */
  PLAIN,

  /** Linear weights: {@code [in, out]} in memory, {@code [out, in]} in the file. */
  LINEAR,

  /** 1-D convolution weights: {@code [k, in, out]} in memory, {@code [out, in, k]} in the file. */
  CONV1D,

  /**
   * 2-D convolution weights: {@code [kh, kw, in, out]} in memory, {@code [out, in, kh, kw]} in the
   * file. Those of a transposed convolution are those of the convolution that it transposes, so
   * that in and out are the other way round.
   */
  CONV2D;

  /**
   * The axes of the file's tensor that give memory's axes: memory axis i is file axis {@code
   * result[i]}.
   */
  public int[] fileAxes(int rank) {
    return switch (this) {
      case PLAIN -> IntStream.range(0, rank).toArray();
      case LINEAR -> new int[] {1, 0};
      case CONV1D -> new int[] {2, 1, 0};
      case CONV2D -> new int[] {2, 3, 1, 0};
    };
  }

  /** The inverse of {@link #fileAxes}: file axis i is memory axis {@code result[i]}. */
  public int[] memoryAxes(int rank) {
    int[] fileAxes = fileAxes(rank);
    int[] memoryAxes = new int[fileAxes.length];
    for (int axis = 0; axis < fileAxes.length; axis++) {
      memoryAxes[fileAxes[axis]] = axis;
    }
    return memoryAxes;
  }
}

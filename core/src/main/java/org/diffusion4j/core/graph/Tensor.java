package org.diffusion4j.core.graph;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A value in a graph: what an input, a parameter or a layer gives.
 *
 * <p>A tensor knows its graph, so that arithmetic reads as arithmetic: {@code
 * norm.times(scale.plus(1)).plus(shift)}. What it gives is of the scope that the tensor is of.
 * Shapes broadcast as NumPy's do. A graph has one tensor of a name.
 */
public final class Tensor {
  private final Graph graph;
  private final String name;
  private final List<Long> shape;

  Tensor(Graph graph, String name, long... shape) {
    this.graph = graph;
    this.name = name;
    this.shape = Arrays.stream(shape).boxed().toList();
  }

  /** The graph, in the scope that this was added to. */
  public Graph graph() {
    return graph;
  }

  /** Unique within its graph. */
  public String name() {
    return name;
  }

  /** The sizes of its axes; empty for a scalar. */
  public List<Long> shape() {
    return shape;
  }

  /** The number of axes. */
  public int rank() {
    return shape.size();
  }

  /** The size of an axis; negative axes count from the end. */
  public long size(int axis) {
    return shape.get(axis < 0 ? axis + rank() : axis);
  }

  /** The shape as ND4J takes it. */
  public long[] shapeArray() {
    return shape.stream().mapToLong(Long::longValue).toArray();
  }

  /** The number of values. */
  public long length() {
    return shape.stream().reduce(1L, Math::multiplyExact);
  }

  /**
   * {@code this + other}.
   *
   * @throws IllegalArgumentException if the other is of another graph or does not broadcast, as for
   *     all functions of two tensors
   */
  public Tensor plus(Tensor other) {
    return binary(other, BinaryFunction.ADD);
  }

  /** {@code this + number}. */
  public Tensor plus(double number) {
    return graph.add(new Affine(this, 1, number));
  }

  /** {@code this - other}. */
  public Tensor minus(Tensor other) {
    return binary(other, BinaryFunction.SUBTRACT);
  }

  /** {@code this - number}. */
  public Tensor minus(double number) {
    return plus(-number);
  }

  /** {@code this * other}, element by element. */
  public Tensor times(Tensor other) {
    return binary(other, BinaryFunction.MULTIPLY);
  }

  /** {@code this * number}. */
  public Tensor times(double number) {
    return graph.add(new Affine(this, number, 0));
  }

  /** {@code this / other}, element by element. */
  public Tensor dividedBy(Tensor other) {
    return binary(other, BinaryFunction.DIVIDE);
  }

  private Tensor binary(Tensor other, BinaryFunction function) {
    return graph.add(new Binary(this, other, function));
  }

  /** By the name, so that collections of tensors have the same order in every run. */
  @Override
  public int hashCode() {
    return name.hashCode();
  }

  @Override
  public boolean equals(Object other) {
    return this == other;
  }

  @Override
  public String toString() {
    return name + shape.stream().map(String::valueOf).collect(Collectors.joining(",", "[", "]"));
  }
}

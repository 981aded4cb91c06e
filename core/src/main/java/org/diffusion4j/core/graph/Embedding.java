package org.diffusion4j.core.graph;

import java.util.List;

/**
 * Rows of a table by id.
 *
 * @param table a parameter, {@code [rows, d]}
 * @param ids an input of integers, of any shape
 */
public record Embedding(Tensor table, Tensor ids) implements Layer {

  public Embedding {
    Shapes.requireRank("table", table, 2);
  }

  @Override
  public List<Tensor> inputs() {
    return List.of(table, ids);
  }

  @Override
  public long[] outputShape() {
    long[] shape = java.util.Arrays.copyOf(ids.shapeArray(), ids.rank() + 1);
    shape[ids.rank()] = table.size(1);
    return shape;
  }
}

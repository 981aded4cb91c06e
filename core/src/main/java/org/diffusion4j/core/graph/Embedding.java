package org.diffusion4j.core.graph;

import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;

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

  @Override
  public SDVariable build(SameDiffView view) {
    throw new UnsupportedOperationException("the graph binds the rows of an embedding");
  }
}

package org.diffusion4j.core.graph;

import java.util.Arrays;
import java.util.List;
import org.diffusion4j.core.check.Require;

/**
 * Ids as rows of zeros with a single 1, along a new last axis; an id out of range gives zeros.
 *
 * @param ids an input of integers, of any shape
 * @param depth the number of ids, from 0
 */
public record OneHot(Tensor ids, int depth) implements Layer {

  public OneHot {
    Require.positive("depth", depth);
  }

  @Override
  public List<Tensor> inputs() {
    return List.of(ids);
  }

  @Override
  public long[] outputShape() {
    long[] shape = Arrays.copyOf(ids.shapeArray(), ids.rank() + 1);
    shape[ids.rank()] = depth;
    return shape;
  }
}

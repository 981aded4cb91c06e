package org.diffusion4j.core.graph;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.diffusion4j.core.check.Require;

/**
 * A linear layer on the last axis, {@code y = x W + b}.
 *
 * @param x {@code [..., in]}
 * @param weight {@code [in, out]}
 * @param bias {@code [out]}
 */
public record Dense(Tensor x, Tensor weight, Optional<Tensor> bias) implements Layer {

  public Dense {
    Shapes.requireRank("weight", weight, 2);
    Require.equal("features of " + x, x.size(-1), "inputs of the weight", weight.size(0));
  }

  @Override
  public List<Tensor> inputs() {
    return Stream.concat(Stream.of(x, weight), bias.stream()).toList();
  }

  @Override
  public long[] outputShape() {
    long[] shape = x.shapeArray();
    shape[shape.length - 1] = weight.size(1);
    return shape;
  }
}

package org.diffusion4j.core.graph;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.diffusion4j.core.check.Require;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

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

  @Override
  public SDVariable build(SameDiffView view) {
    SameDiff sd = view.sameDiff();
    long features = x.size(-1);
    SDVariable rows = view.variable(x);
    if (x.rank() != 2) {
      rows = sd.reshape(rows, x.length() / features, features);
    }
    SDVariable y = sd.mmul(rows, view.variable(weight));
    if (bias.isPresent()) {
      y = y.add(view.variable(bias.get()));
    }
    return x.rank() == 2 ? y : sd.reshape(y, outputShape());
  }
}

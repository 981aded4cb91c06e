package org.diffusion4j.core.execution.samediff;

import org.diffusion4j.core.graph.Dense;
import org.diffusion4j.core.graph.MatMul;
import org.diffusion4j.core.graph.Tensor;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/** Products of matrices. */
final class ProductOperations {
  private ProductOperations() {}

  static void register(LayerOperations operations) {
    operations.put(Dense.class, ProductOperations::dense);
    operations.put(MatMul.class, ProductOperations::matMul);
  }

  private static SDVariable dense(Dense dense, GraphVariables variables) {
    SameDiff sd = variables.sameDiff();
    Tensor x = dense.x();
    long features = x.size(-1);
    SDVariable rows = variables.of(x);
    if (x.rank() != 2) {
      rows = sd.reshape(rows, x.length() / features, features);
    }
    SDVariable y = sd.mmul(rows, variables.of(dense.weight()));
    if (dense.bias().isPresent()) {
      y = y.add(variables.of(dense.bias().get()));
    }
    return x.rank() == 2 ? y : sd.reshape(y, dense.outputShape());
  }

  private static SDVariable matMul(MatMul product, GraphVariables variables) {
    return variables
        .sameDiff()
        .mmul(
            variables.of(product.a()),
            variables.of(product.b()),
            false,
            product.transposeB(),
            false);
  }
}

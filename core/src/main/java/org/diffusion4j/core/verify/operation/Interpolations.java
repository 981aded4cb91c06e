package org.diffusion4j.core.verify.operation;

import java.util.Map;
import org.diffusion4j.core.graph.Tensor;

/** The resizing of images inside a graph. */
final class Interpolations implements OperationFamily {
  @Override
  public Map<String, CaseCheck> checks() {
    return Map.of("interpolate", new GraphCheck(Interpolations::interpolate));
  }

  private static Map<String, Tensor> interpolate(Operands in) {
    in.support(in.params().text("mode").equals("nearest"), "mode");
    in.support(!in.params().has("size"), "size");
    double factor = in.params().number("scale_factor");
    in.support(factor == Math.rint(factor), "scale_factor");
    return Map.of("y", in.graph().upsample2d(in.input("x"), (int) factor));
  }
}

package org.diffusion4j.core.verify.operation;

import java.util.Map;
import java.util.Optional;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;

/** Convolutions, with kernels in the layout of files. */
final class Convolutions implements OperationFamily {
  @Override
  public Map<String, CaseCheck> checks() {
    return Map.of(
        "conv2d", new GraphCheck(Convolutions::conv2d, GraphCheck.CLOSE, GraphCheck.TO_SCALE));
  }

  private static Map<String, Tensor> conv2d(Operands in) {
    Graph graph = in.graph();
    for (String param : new String[] {"stride", "padding"}) {
      in.support(!in.params().node(param).isArray(), param);
    }
    int groups = in.params().integer("groups");
    in.support(groups == 1, "groups");
    Tensor x = in.input("x");
    if (in.params().has("pre_pad")) {
      long[] sides = in.params().integers("pre_pad");
      in.support(sides.length == 4, "pre_pad");
      x = graph.pad2d(x, side(sides, 0), side(sides, 1), side(sides, 2), side(sides, 3));
    }
    Tensor weight = graph.permute(in.input("weight"), 2, 3, 1, 0);
    Optional<Tensor> bias = in.optional("bias");
    return Map.of(
        "y",
        graph.conv2d(
            x,
            weight,
            bias,
            in.params().integer("stride"),
            in.params().integer("padding"),
            in.params().integer("dilation")));
  }

  private static int side(long[] sides, int index) {
    return Math.toIntExact(sides[index]);
  }
}

package org.diffusion4j.core.verify.operation;

import java.util.Map;
import org.diffusion4j.core.graph.ConvSettings;
import org.diffusion4j.core.graph.Convolution2d;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Size2d;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.graph.TransposedConvolution2d;
import org.diffusion4j.core.nn.Conv1d;

/** Convolutions, with kernels in the layout of files. */
final class Convolutions implements OperationFamily {
  @Override
  public Map<String, CaseCheck> checks() {
    return Map.of(
        "conv1d", check(Convolutions::conv1d),
        "conv2d", check(Convolutions::conv2d),
        "conv_transpose2d", check(Convolutions::convTranspose2d));
  }

  private static CaseCheck check(GraphCheck.Operation operation) {
    return new GraphCheck(operation, GraphCheck.CLOSE, GraphCheck.TO_SCALE);
  }

  private static Map<String, Tensor> conv1d(Operands in) {
    Tensor weight = in.graph().permute(in.input("weight"), 2, 1, 0);
    Graph graph = in.graph();
    Tensor x = in.input("x");
    return Map.of(
        "y",
        in.optional("bias")
            .map(bias -> Conv1d.apply(graph, x, weight, bias, settings(in)))
            .orElseGet(() -> Conv1d.apply(graph, x, weight, settings(in))));
  }

  private static Map<String, Tensor> conv2d(Operands in) {
    Graph graph = in.graph();
    Tensor x = in.input("x");
    if (in.params().has("pre_pad")) {
      long[] sides = in.params().integers("pre_pad");
      in.support(sides.length == 4, "pre_pad");
      x = graph.pad2d(x, side(sides, 0), side(sides, 1), side(sides, 2), side(sides, 3));
    }
    Tensor weight = graph.permute(in.input("weight"), 2, 3, 1, 0);
    return Map.of("y", graph.add(new Convolution2d(x, weight, in.optional("bias"), settings(in))));
  }

  private static int side(long[] sides, int index) {
    return Math.toIntExact(sides[index]);
  }

  private static Map<String, Tensor> convTranspose2d(Operands in) {
    Graph graph = in.graph();
    Tensor weight = graph.permute(in.input("weight"), 2, 3, 1, 0);
    return Map.of(
        "y",
        graph.add(
            new TransposedConvolution2d(
                in.input("x"),
                weight,
                in.optional("bias"),
                settings(in),
                Sizes.read(in, "output_padding", Size2d.of(0)))));
  }

  private static ConvSettings settings(Operands in) {
    ConvSettings usual = ConvSettings.DEFAULT;
    return new ConvSettings(
        Sizes.read(in, "stride", usual.stride()),
        Sizes.read(in, "padding", usual.padding()),
        Sizes.read(in, "dilation", usual.dilation()),
        in.params().has("groups") ? in.params().integer("groups") : usual.groups());
  }
}

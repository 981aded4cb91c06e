package org.diffusion4j.core.verify.operation;

import java.util.Map;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Interpolation;
import org.diffusion4j.core.graph.Size2d;
import org.diffusion4j.core.graph.Tensor;

/** The resizing of images inside a graph. */
final class Interpolations implements OperationFamily {
  @Override
  public Map<String, CaseCheck> checks() {
    return Map.of("interpolate", new GraphCheck(Interpolations::interpolate));
  }

  private static Map<String, Tensor> interpolate(Operands in) {
    Graph graph = in.graph();
    Interpolation mode = mode(in);
    Tensor x = in.input("x");
    if (in.params().has("size")) {
      Size2d size = Sizes.read(in, "size");
      return Map.of("y", graph.interpolateTo(x, mode, size.height(), size.width()));
    }
    double[] factors = factors(in);
    double down = factors[0];
    double across = factors[factors.length - 1];
    in.support(down * x.size(2) <= Sizes.MAX && across * x.size(3) <= Sizes.MAX, "scale_factor");
    boolean isWhole = down == across && down == Math.rint(down);
    return Map.of(
        "y",
        mode == Interpolation.NEAREST && isWhole
            ? graph.upsample2d(x, (int) down)
            : graph.interpolateBy(x, mode, down, across));
  }

  private static Interpolation mode(Operands in) {
    boolean alignCorners = in.params().has("align_corners") && in.params().flag("align_corners");
    return switch (in.params().text("mode")) {
      case "nearest" -> Interpolation.NEAREST;
      case "nearest-exact" -> Interpolation.NEAREST_EXACT;
      case "bilinear" ->
          alignCorners ? Interpolation.BILINEAR_ALIGN_CORNERS : Interpolation.BILINEAR;
      case "bicubic" -> alignCorners ? Interpolation.BICUBIC_ALIGN_CORNERS : Interpolation.BICUBIC;
      default -> throw in.unsupported("mode");
    };
  }

  private static double[] factors(Operands in) {
    if (!in.params().node("scale_factor").isArray()) {
      return new double[] {in.params().number("scale_factor")};
    }
    double[] factors = in.params().numbers("scale_factor");
    in.support(factors.length == 1 || factors.length == 2, "scale_factor");
    return factors;
  }
}

package org.diffusion4j.core.verify.operation;

import java.util.Map;
import org.diffusion4j.core.graph.PoolSettings;
import org.diffusion4j.core.graph.Size2d;
import org.diffusion4j.core.graph.Tensor;

/** Poolings and what undoes them. */
final class Poolings implements OperationFamily {
  @Override
  public Map<String, CaseCheck> checks() {
    return Map.of(
        "avg_pool2d", new GraphCheck(Poolings::avgPool2d),
        "max_pool2d", new GraphCheck(Poolings::maxPool2d),
        "max_unpool2d", new GraphCheck(Poolings::maxUnpool2d));
  }

  private static Map<String, Tensor> avgPool2d(Operands in) {
    boolean countsPadding =
        !in.params().has("count_include_pad") || in.params().flag("count_include_pad");
    in.support(countsPadding, "count_include_pad");
    return Map.of("y", in.graph().avgPool2d(in.input("x"), settings(in)));
  }

  private static Map<String, Tensor> maxPool2d(Operands in) {
    Size2d dilation = Sizes.read(in, "dilation", Size2d.of(1));
    in.support(dilation.equals(Size2d.of(1)), "dilation");
    Tensor x = in.input("x");
    PoolSettings settings = settings(in);
    return Map.of(
        "y", in.graph().maxPool2d(x, settings),
        "indices", in.graph().maxPool2dIndices(x, settings));
  }

  private static Map<String, Tensor> maxUnpool2d(Operands in) {
    Tensor x = in.input("x");
    Tensor indices = in.input("indices");
    PoolSettings settings = settings(in);
    if (!in.params().has("output_size")) {
      return Map.of("y", in.graph().maxUnpool2d(x, indices, settings));
    }
    Size2d size = Sizes.read(in, "output_size");
    return Map.of("y", in.graph().maxUnpool2d(x, indices, size.height(), size.width()));
  }

  private static PoolSettings settings(Operands in) {
    Size2d kernel = Sizes.read(in, "kernel_size");
    in.support(kernel.height() * kernel.width() <= Sizes.MAX, "kernel_size");
    return new PoolSettings(
        kernel,
        Sizes.read(in, "stride", kernel),
        Sizes.read(in, "padding", Size2d.of(0)),
        in.params().has("ceil_mode") && in.params().flag("ceil_mode"));
  }
}

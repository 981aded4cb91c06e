package org.diffusion4j.core.onnx;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import onnx.Onnx.TensorProto;
import org.diffusion4j.core.graph.ArgMin;
import org.diffusion4j.core.graph.Concat;
import org.diffusion4j.core.graph.Constant;
import org.diffusion4j.core.graph.Embedding;
import org.diffusion4j.core.graph.OneHot;
import org.diffusion4j.core.graph.Pad2d;
import org.diffusion4j.core.graph.Permute;
import org.diffusion4j.core.graph.Reduce;
import org.diffusion4j.core.graph.Reshape;
import org.diffusion4j.core.graph.Slice;

/** Values in other places, chosen from others or gathered along axes. */
final class ShapeForms {
  private ShapeForms() {}

  static void register(LayerForms forms) {
    forms.put(
        Constant.class,
        (constant, y, nodes) ->
            nodes.numbers(
                constant.values().stream().mapToDouble(Double::doubleValue).toArray(),
                constant.outputShape()));
    forms.put(
        Reshape.class,
        (reshape, y, nodes) ->
            reshape.x().shape().equals(reshape.shape())
                ? nodes.value(reshape.x())
                : nodes.reshape(nodes.value(reshape.x()), y, reshape.outputShape()));
    forms.put(Permute.class, ShapeForms::permute);
    forms.put(
        Concat.class,
        (concat, y, nodes) ->
            nodes
                .op("Concat", concat.inputs().stream().map(nodes::value).toList())
                .with("axis", concat.axis())
                .to(y));
    forms.put(
        Slice.class,
        (slice, y, nodes) ->
            nodes
                .op(
                    "Slice",
                    nodes.value(slice.x()),
                    nodes.integers(slice.from()),
                    nodes.integers(slice.to()),
                    nodes.integers(slice.axis()))
                .to(y));
    forms.put(
        Pad2d.class,
        (pad, y, nodes) ->
            pad.outputShape()[2] == pad.x().size(2) && pad.outputShape()[3] == pad.x().size(3)
                ? nodes.value(pad.x())
                : pad(
                    nodes,
                    nodes.value(pad.x()),
                    y,
                    new long[] {pad.top(), pad.left(), pad.bottom(), pad.right()}));
    forms.put(Reduce.class, ShapeForms::reduce);
    forms.put(
        ArgMin.class,
        (argMin, y, nodes) ->
            nodes
                .op("ArgMin", nodes.value(argMin.x()))
                .with("axis", argMin.axis())
                .with("keepdims", 0)
                .to(y));
    forms.put(
        Embedding.class,
        (embedding, y, nodes) ->
            nodes.op("Gather", nodes.value(embedding.table()), nodes.value(embedding.ids())).to(y));
    forms.put(OneHot.class, ShapeForms::oneHot);
  }

  /**
   * Zeros around the images of {@code [n, c, h, w]}.
   *
   * @param pads above, on the left, below, on the right
   */
  static String pad(OnnxNodes nodes, String x, String y, long[] pads) {
    return nodes.op("Pad", x, nodes.integers(0, 0, pads[0], pads[1], 0, 0, pads[2], pads[3])).to(y);
  }

  private static String permute(Permute permute, String y, OnnxNodes nodes) {
    List<Integer> axes = permute.axes();
    String x = nodes.value(permute.x());
    return IntStream.range(0, axes.size()).allMatch(i -> axes.get(i) == i)
        ? x
        : nodes
            .op("Transpose", x)
            .withAll("perm", axes.stream().mapToLong(Integer::longValue).toArray())
            .to(y);
  }

  private static String reduce(Reduce reduce, String y, OnnxNodes nodes) {
    String x = nodes.value(reduce.x());
    if (reduce.axes().isEmpty()) {
      return x;
    }
    String operator =
        switch (reduce.reduction()) {
          case SUM -> "ReduceSum";
          case MEAN -> "ReduceMean";
          case MAX -> "ReduceMax";
        };
    long[] axes = reduce.axes().stream().mapToLong(Integer::longValue).toArray();
    return nodes
        .op(operator, x, nodes.integers(axes))
        .with("keepdims", reduce.keepAxes() ? 1 : 0)
        .to(y);
  }

  /** ONNX's own operator counts negative ids from the end. */
  private static String oneHot(OneHot oneHot, String y, OnnxNodes nodes) {
    String column =
        nodes
            .op("Unsqueeze", nodes.value(oneHot.ids()), nodes.integers(-1))
            .to(nodes.inner(y, "column"));
    String all = nodes.integers(LongStream.range(0, oneHot.depth()).toArray());
    String equal = nodes.op("Equal", column, all).to(nodes.inner(y, "equal"));
    return nodes.op("Cast", equal).with("to", TensorProto.DataType.FLOAT.getNumber()).to(y);
  }
}

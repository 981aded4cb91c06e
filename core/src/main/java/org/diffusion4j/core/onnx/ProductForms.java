package org.diffusion4j.core.onnx;

import java.util.ArrayList;
import java.util.List;
import org.diffusion4j.core.graph.ConvSettings;
import org.diffusion4j.core.graph.Convolution2d;
import org.diffusion4j.core.graph.Dense;
import org.diffusion4j.core.graph.MatMul;
import org.diffusion4j.core.graph.Size2d;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.graph.TransposedConvolution2d;

/** Linear layers and convolutions. */
final class ProductForms {
  private ProductForms() {}

  static void register(LayerForms forms) {
    forms.put(Dense.class, ProductForms::dense);
    forms.put(MatMul.class, ProductForms::matMul);
    forms.put(Convolution2d.class, ProductForms::conv);
    forms.put(TransposedConvolution2d.class, ProductForms::convTranspose);
  }

  private static String dense(Dense dense, String y, OnnxNodes nodes) {
    String x = nodes.value(dense.x());
    String weight = nodes.value(dense.weight());
    if (dense.bias().isEmpty()) {
      return nodes.op("MatMul", x, weight).to(y);
    }
    String bias = nodes.value(dense.bias().get());
    if (dense.x().rank() == 2) {
      return nodes.op("Gemm", x, weight, bias).to(y);
    }
    // ONNX Runtime makes one operator of these two nodes.
    String product = nodes.op("MatMul", x, weight).to(nodes.inner(y, "product"));
    return nodes.op("Add", product, bias).to(y);
  }

  private static String matMul(MatMul product, String y, OnnxNodes nodes) {
    String a = nodes.value(product.a());
    String b = nodes.value(product.b());
    return product.transposeB()
        ? nodes.op("Gemm", a, b).with("transB", 1).to(y)
        : nodes.op("MatMul", a, b).to(y);
  }

  private static String conv(Convolution2d conv, String y, OnnxNodes nodes) {
    List<String> inputs =
        new ArrayList<>(List.of(nodes.value(conv.x()), nodes.kernel(conv.weight())));
    conv.bias().ifPresent(bias -> inputs.add(nodes.shaped(bias, bias.length())));
    int down = conv.settings().padding().height();
    int across = conv.settings().padding().width();
    return convolution("Conv", inputs, conv.weight(), conv.settings(), nodes)
        .withAll("pads", down, across, down, across)
        .to(y);
  }

  /**
   * ONNX Runtime refuses an output padding that is not less than the stride: what is above is taken
   * from the padding, or put behind the output, where the bias alone is.
   */
  private static String convTranspose(TransposedConvolution2d conv, String y, OnnxNodes nodes) {
    Size2d stride = conv.settings().stride();
    Size2d padding = conv.settings().padding();
    Size2d outputPadding = conv.outputPadding();
    long below = aboveStride(outputPadding.height(), stride.height());
    long right = aboveStride(outputPadding.width(), stride.width());
    long[] beyond = {
      0, 0, Math.max(0, below - padding.height()), Math.max(0, right - padding.width())
    };
    boolean padded = beyond[2] > 0 || beyond[3] > 0;

    List<String> inputs =
        new ArrayList<>(List.of(nodes.value(conv.x()), nodes.kernel(conv.weight())));
    if (conv.bias().isPresent() && !padded) {
      inputs.add(nodes.shaped(conv.bias().get(), conv.bias().get().length()));
    }
    String value =
        convolution("ConvTranspose", inputs, conv.weight(), conv.settings(), nodes)
            .withAll(
                "pads",
                padding.height(),
                padding.width(),
                Math.max(0, padding.height() - below),
                Math.max(0, padding.width() - right))
            .withAll(
                "output_padding", outputPadding.height() - below, outputPadding.width() - right)
            .to(padded ? nodes.inner(y, "whole") : y);
    if (padded) {
      boolean biased = conv.bias().isPresent();
      value = ShapeForms.pad(nodes, value, biased ? nodes.inner(y, "padded") : y, beyond);
      if (biased) {
        String bias = nodes.shaped(conv.bias().get(), conv.bias().get().length(), 1, 1);
        value = nodes.op("Add", value, bias).to(y);
      }
    }
    return value;
  }

  private static long aboveStride(int outputPadding, int stride) {
    return outputPadding < stride ? 0 : outputPadding;
  }

  private static OnnxNode convolution(
      String operator, List<String> inputs, Tensor weight, ConvSettings settings, OnnxNodes nodes) {
    return nodes
        .op(operator, inputs)
        .withAll("kernel_shape", weight.size(0), weight.size(1))
        .withAll("strides", settings.stride().height(), settings.stride().width())
        .withAll("dilations", settings.dilation().height(), settings.dilation().width())
        .with("group", settings.groups());
  }
}

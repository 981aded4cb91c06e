package org.diffusion4j.core.onnx;

import org.diffusion4j.core.graph.Affine;
import org.diffusion4j.core.graph.Binary;
import org.diffusion4j.core.graph.Clip;
import org.diffusion4j.core.graph.Elu;
import org.diffusion4j.core.graph.LeakyRelu;
import org.diffusion4j.core.graph.Softmax;
import org.diffusion4j.core.graph.StopGradient;
import org.diffusion4j.core.graph.Unary;

/** Functions of single values, and softmax. */
final class ElementwiseForms {
  /** The factor of CLIP's approximation of GELU (OpenAI's CLIP). */
  private static final double QUICK_GELU_FACTOR = 1.702;

  private ElementwiseForms() {}

  static void register(LayerForms forms) {
    forms.put(Affine.class, ElementwiseForms::affine);
    forms.put(Binary.class, ElementwiseForms::binary);
    forms.put(Unary.class, ElementwiseForms::unary);
    forms.put(
        Clip.class,
        (clip, y, nodes) ->
            nodes
                .op(
                    "Clip",
                    nodes.value(clip.x()),
                    nodes.number(clip.minimum()),
                    nodes.number(clip.maximum()))
                .to(y));
    forms.put(
        Elu.class,
        (elu, y, nodes) -> nodes.op("Elu", nodes.value(elu.x())).with("alpha", elu.alpha()).to(y));
    forms.put(
        LeakyRelu.class,
        (relu, y, nodes) ->
            nodes.op("LeakyRelu", nodes.value(relu.x())).with("alpha", relu.negativeSlope()).to(y));
    forms.put(
        Softmax.class,
        (softmax, y, nodes) ->
            nodes
                .op(softmax.logarithm() ? "LogSoftmax" : "Softmax", nodes.value(softmax.x()))
                .with("axis", softmax.axis())
                .to(y));
    forms.put(StopGradient.class, (stop, y, nodes) -> nodes.value(stop.x()));
  }

  private static String affine(Affine affine, String y, OnnxNodes nodes) {
    String value = nodes.value(affine.x());
    boolean moved = affine.offset() != 0;
    if (affine.scale() != 1) {
      String scaled = moved ? nodes.inner(y, "scaled") : y;
      value = nodes.op("Mul", value, nodes.number(affine.scale())).to(scaled);
    }
    return moved ? nodes.op("Add", value, nodes.number(affine.offset())).to(y) : value;
  }

  private static String binary(Binary binary, String y, OnnxNodes nodes) {
    String operator =
        switch (binary.function()) {
          case ADD -> "Add";
          case SUBTRACT -> "Sub";
          case MULTIPLY -> "Mul";
          case DIVIDE -> "Div";
        };
    return nodes.op(operator, nodes.value(binary.a()), nodes.value(binary.b())).to(y);
  }

  private static String unary(Unary unary, String y, OnnxNodes nodes) {
    String x = nodes.value(unary.x());
    return switch (unary.function()) {
      // ONNX Runtime makes one operator of these two nodes.
      case SILU -> nodes.op("Mul", x, nodes.op("Sigmoid", x).to(nodes.inner(y, "gate"))).to(y);
      case QUICK_GELU -> {
        String steep =
            nodes.op("Mul", x, nodes.number(QUICK_GELU_FACTOR)).to(nodes.inner(y, "steep"));
        yield nodes.op("Mul", x, nodes.op("Sigmoid", steep).to(nodes.inner(y, "gate"))).to(y);
      }
      case GELU -> nodes.op("Gelu", x).to(y);
      case GELU_TANH -> nodes.op("Gelu", x).with("approximate", "tanh").to(y);
      case MISH -> {
        String softplus = nodes.op("Softplus", x).to(nodes.inner(y, "softplus"));
        yield nodes.op("Mul", x, nodes.op("Tanh", softplus).to(nodes.inner(y, "gate"))).to(y);
      }
      case SQUARE -> nodes.op("Mul", x, x).to(y);
      case SOFTPLUS -> nodes.op("Softplus", x).to(y);
      case RELU -> nodes.op("Relu", x).to(y);
      case SIGMOID -> nodes.op("Sigmoid", x).to(y);
      case TANH -> nodes.op("Tanh", x).to(y);
      case EXP -> nodes.op("Exp", x).to(y);
      case LOG -> nodes.op("Log", x).to(y);
      case SQRT -> nodes.op("Sqrt", x).to(y);
      case ABS -> nodes.op("Abs", x).to(y);
      case SIN -> nodes.op("Sin", x).to(y);
      case COS -> nodes.op("Cos", x).to(y);
    };
  }
}

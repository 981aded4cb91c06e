package org.diffusion4j.core.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.diffusion4j.core.execution.samediff.SameDiffOperation;
import org.diffusion4j.core.graph.Attention;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.LayerCase;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.testing.OnnxRuntime;
import org.diffusion4j.core.weights.Weights;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Every kind of layer gives in ONNX Runtime what SameDiff gives. */
class LayerFormsTest {
  private static final double RELATIVE = 1e-5;

  @Test
  void everyKindHasAForm() {
    assertEquals(LayerCase.kinds(), new LayerForms(OnnxOptions.DEFAULTS).kinds());
  }

  private static Stream<LayerCase> cases() {
    return LayerCase.all().filter(layer -> layer.layer() != SameDiffOperation.class);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theNumbersAreThoseOfSameDiff(LayerCase layer) {
    assertSameNumbers(layer, OnnxOptions.DEFAULTS);
  }

  private static Stream<LayerCase> attentions() {
    return LayerCase.all().filter(layer -> layer.layer() == Attention.class);
  }

  @ParameterizedTest
  @MethodSource("attentions")
  void soAreThoseOfTheRuntimesOwnAttention(LayerCase layer) {
    assertSameNumbers(layer, new OnnxOptions(OnnxOptions.Attention.ONNX_RUNTIME));
  }

  private static void assertSameNumbers(LayerCase layer, OnnxOptions options) {
    Graph graph = new Graph();
    Tensor output = layer.build().apply(graph);
    Map<String, INDArray> values = LayerCase.values(graph);
    Weights weights = new Weights(graph.parameters(), values);
    Map<String, INDArray> inputs = new LinkedHashMap<>(values);
    inputs.keySet().retainAll(graph.inputs().keySet());
    OnnxRuntime.assertSameNumbers(
        graph, weights, inputs, List.of(output.name()), options, RELATIVE);
  }

  @Test
  void operationsOfAUsersOwnAreRefusedByName() {
    Graph graph = new Graph();
    Tensor x = graph.input("x", 2, 3);
    Tensor own = graph.add(SameDiffOperation.of(List.of(x), (sd, v) -> v.get(0).mul(2), 2, 3));
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                OnnxRuntime.assertSameNumbers(
                    graph,
                    new Weights(List.of(), Map.of()),
                    Map.of(),
                    List.of(own.name()),
                    OnnxOptions.DEFAULTS,
                    RELATIVE));
    assertEquals(
        "layer SameDiffOperation#0 (=SameDiffOperation) must be of a kind that ONNX has operators"
            + " for",
        e.getMessage());
  }
}

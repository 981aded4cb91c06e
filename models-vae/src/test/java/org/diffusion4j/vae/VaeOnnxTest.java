package org.diffusion4j.vae;

import java.util.List;
import java.util.Map;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.onnx.OnnxOptions;
import org.diffusion4j.core.random.Generator;
import org.diffusion4j.core.testing.OnnxRuntime;
import org.diffusion4j.core.weights.Weights;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Whole autoencoders give the same in ONNX Runtime. */
class VaeOnnxTest {

  @Test
  void theNumbersOfAnAutoencoderAreThoseOfSameDiff() {
    AutoencoderKL model =
        new AutoencoderKL(new AutoencoderKLConfig(3, 3, List.of(4, 6), 1, 5, 2, true, 1));
    Graph graph = new Graph();
    Tensor images = graph.input("images", 2, 3, 10, 14);
    graph.named("moments", model.moments(graph, images));
    graph.named("decoded", model.decode(graph, model.encode(graph, images).mean()));
    assertSameNumbers(graph, List.of("moments", "decoded"));
  }

  @Test
  void theNumbersOfAVectorQuantizerAreThoseOfSameDiff() {
    VQModel model = new VQModel(VQModelConfig.DEFAULTS);
    Graph graph = new Graph();
    Tensor latents = model.encode(graph, graph.input("images", 2, 3, 5, 7));
    VectorQuantizer.Quantized quantized = model.quantize(graph, latents);
    graph.named("indices", quantized.indices());
    graph.named("decoded", model.decode(graph, quantized.latents()));
    assertSameNumbers(graph, List.of("indices", "decoded"));
  }

  private static void assertSameNumbers(Graph graph, List<String> outputs) {
    Generator generator = new Generator(17);
    Weights weights = Weights.initialize(graph.parameters(), generator);
    INDArray images = generator.randn(graph.tensor("images").shapeArray());
    OnnxRuntime.assertSameNumbers(
        graph, weights, Map.of("images", images), outputs, OnnxOptions.DEFAULTS, 1e-5);
  }
}

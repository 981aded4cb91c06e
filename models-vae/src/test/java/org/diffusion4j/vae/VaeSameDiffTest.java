package org.diffusion4j.vae;

import java.util.List;
import java.util.Map;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.random.Generator;
import org.diffusion4j.core.testing.SameDiffDoor;
import org.diffusion4j.core.weights.Weights;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Whole autoencoders and their losses are ordinary SameDiff graphs. */
class VaeSameDiffTest {

  @Test
  void anAutoencoderIs() {
    AutoencoderKL model =
        new AutoencoderKL(new AutoencoderKLConfig(3, 3, List.of(4, 6), 1, 5, 2, true, 1));
    Graph graph = new Graph();
    Tensor images = graph.input("images", 2, 3, 10, 14);
    model.loss(graph, images, graph.input("noise", 2, 5, 5, 7), 0.3);
    graph.named("moments", model.moments(graph, images));
    graph.named("decoded", model.decode(graph, model.encode(graph, images).mean()));
    Generator generator = new Generator(17);
    Map<String, INDArray> inputs =
        Map.of("images", generator.randn(2, 3, 10, 14), "noise", generator.randn(2, 5, 5, 7));
    assertSame(graph, inputs, List.of("moments", "decoded", "kl_loss", "reconstruction_loss"));
  }

  @Test
  void aVectorQuantizerIs() {
    VQModel model = new VQModel(VQModelConfig.DEFAULTS);
    Graph graph = new Graph();
    Tensor images = graph.input("images", 2, 3, 5, 7);
    model.loss(graph, images);
    VectorQuantizer.Quantized quantized = model.quantize(graph, model.encode(graph, images));
    graph.named("indices", quantized.indices());
    graph.named("decoded", model.decode(graph, quantized.latents()));
    Map<String, INDArray> inputs = Map.of("images", new Generator(17).randn(2, 3, 5, 7));
    assertSame(graph, inputs, List.of("indices", "decoded", "vq_loss", "reconstruction_loss"));
  }

  private static void assertSame(Graph graph, Map<String, INDArray> inputs, List<String> outputs) {
    Weights weights = Weights.initialize(graph.parameters(), new Generator(11));
    SameDiffDoor.assertSameValues(graph, weights, inputs, outputs);
    SameDiffDoor.assertSameGradients(graph, weights, inputs, "loss");
  }
}

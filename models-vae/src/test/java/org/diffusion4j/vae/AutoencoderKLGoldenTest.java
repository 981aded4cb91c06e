package org.diffusion4j.vae;

import java.util.List;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.prob.DiagonalGaussian;
import org.diffusion4j.core.testing.ReferenceModel;
import org.junit.jupiter.api.Test;

/** The model against diffusers' {@code AutoencoderKL} with the same weights. */
class AutoencoderKLGoldenTest {
  private static final AutoencoderKLConfig CONFIG =
      new AutoencoderKLConfig(3, 3, List.of(8, 16, 16), 2, 4, 4, true, 0.18215);

  private final ReferenceModel reference =
      new ReferenceModel(
          "golden/autoencoder-kl/sd", "diffusion_pytorch_model.safetensors", "x", "noise", "w");

  @Test
  void encodesSamplesAndDecodesAsTheReference() {
    Graph graph = new Graph();
    build(graph);
    reference.assertOutputs(
        graph, List.of("posterior_mean", "posterior_logvar", "latent_sample", "kl", "output"));
  }

  @Test
  void hasTheGradientsOfTheReference() {
    Graph graph = new Graph();
    Tensor output = build(graph);
    Tensor w = graph.input("w", output.shapeArray());
    graph.named("loss", graph.sum(graph.multiply(output, w), false));
    reference.assertGradients(graph, "loss", List.of("x", "noise"));
  }

  private static Tensor build(Graph graph) {
    AutoencoderKL vae = new AutoencoderKL(CONFIG);
    DiagonalGaussian posterior = vae.encode(graph, graph.input("x", 2, 3, 16, 24));
    graph.named("posterior_mean", posterior.mean());
    graph.named("posterior_logvar", posterior.logVar());
    graph.named("kl", posterior.kl(graph));
    Tensor sample = posterior.sample(graph, graph.input("noise", 2, 4, 4, 6));
    return graph.named("output", vae.decode(graph, graph.named("latent_sample", sample)));
  }
}

package org.diffusion4j.vae;

import static org.diffusion4j.core.testing.TensorAssertions.assertCloseToScale;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.diffusion4j.core.config.ConfigFile;
import org.diffusion4j.core.execution.Gradients;
import org.diffusion4j.core.execution.samediff.SameDiffExecutor;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.ParameterSpec;
import org.diffusion4j.core.testing.TestResources;
import org.diffusion4j.core.verify.GoldenFile;
import org.diffusion4j.core.weights.SafetensorsFile;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The training loss by its formula, and its gradients against those of diffusers' model. */
class VQModelLossTest {
  private static final String FOLDER = "org/diffusion4j/vae/verify/golden/vq/vqmodel/";
  private static final String CODEBOOK = "quantize.embedding.weight";
  private static final double BETA = 5;

  private final GoldenFile reference = TestResources.golden(FOLDER + "io.json");
  private final INDArray images = reference.tensor("x");
  private final VQModelConfig config;

  VQModelLossTest() throws IOException {
    config =
        ConfigFile.readOver(
            TestResources.path(FOLDER + "config.json"), VQModelConfig.DEFAULTS, "VQModel");
  }

  @Test
  void lossIsTheSquaredErrorPlusTheCodebooks() {
    Gradients actual = gradients(new VQModel(config), "loss");
    double error = reference.tensor("output").squaredDistance(images) / images.length();
    double vqLoss = reference.tensor("vq_loss").getDouble(0);
    assertEquals(error, actual.outputs().get("reconstruction_loss").getDouble(0), 1e-4);
    assertEquals(vqLoss, actual.outputs().get("vq_loss").getDouble(0), 1e-5);
    assertEquals(error + vqLoss, actual.loss(), 1e-4);
  }

  @Test
  void theCodebooksLossIsBothTermsOfTheSameDistance() {
    // (1 + beta) |z - e|^2, from either place of beta.
    double distance =
        reference.tensor("latents").squaredDistance(reference.tensor("quantized"))
            / reference.tensor("latents").length();
    for (boolean legacy : new boolean[] {false, true}) {
      Gradients actual = gradients(new VQModel(config, BETA, legacy), "vq_loss");
      assertEquals((1 + BETA) * distance, actual.loss(), 1e-4 * distance);
    }
  }

  @Test
  void betaStandsBeforeTheTermThatItIsOf() throws IOException {
    try (SafetensorsFile expected =
        SafetensorsFile.open(TestResources.path(FOLDER + "io_loss.safetensors"))) {
      // The reference has 1 before the encoder's term and 1/4 before the codebook's.
      INDArray ofEncoder = expected.read("grad_loss.x");
      INDArray ofCodebook = expected.read("grad_loss." + CODEBOOK).mul(4);

      Map<String, INDArray> present =
          gradients(new VQModel(config, BETA, false), "vq_loss").gradients();
      assertCloseToScale(ofEncoder.mul(BETA), present.get("x"), 5e-4, "x");
      assertCloseToScale(ofCodebook, present.get(CODEBOOK), 5e-4, CODEBOOK);

      Map<String, INDArray> legacy =
          gradients(new VQModel(config, BETA, true), "vq_loss").gradients();
      assertCloseToScale(ofEncoder, legacy.get("x"), 5e-4, "x");
      assertCloseToScale(ofCodebook.mul(BETA), legacy.get(CODEBOOK), 5e-4, CODEBOOK);
    }
  }

  @Test
  void gradientsOfTheLossAreThoseOfItsTerms() throws IOException {
    VQModel model = new VQModel(config);
    INDArray reconstruction = gradients(model, "reconstruction_loss").gradients().get("x");
    assertTrue(reconstruction.norm2Number().doubleValue() > 1e-3);
    try (SafetensorsFile expected =
        SafetensorsFile.open(TestResources.path(FOLDER + "io_loss.safetensors"))) {
      assertCloseToScale(
          reconstruction.add(expected.read("grad_loss.x")),
          gradients(model, "loss").gradients().get("x"),
          5e-4,
          "x");
    }
  }

  @Test
  void theMiddleHasAttentionOnlyWhereAskedFor() {
    List<String> with = names(config);
    List<String> without = names(config.withMidBlockAddAttention(false));
    assertTrue(with.removeIf(name -> name.contains("mid_block.attentions.")));
    assertEquals(with, without);
  }

  private static List<String> names(VQModelConfig config) {
    return new ArrayList<>(
        new VQModel(config).parameters().stream().map(ParameterSpec::name).toList());
  }

  private Gradients gradients(VQModel model, String loss) {
    Graph graph = new Graph();
    model.loss(graph, graph.input("x", images.shape()));
    try (SameDiffExecutor executor =
        new SameDiffExecutor(
            graph,
            model.load(TestResources.path(FOLDER + "diffusion_pytorch_model.safetensors")))) {
      // The codebook has no part in the reconstruction.
      List<String> to = loss.equals("reconstruction_loss") ? List.of("x") : List.of("x", CODEBOOK);
      return executor.gradients(
          Map.of("x", images), loss, to, List.of("reconstruction_loss", "vq_loss"));
    }
  }
}

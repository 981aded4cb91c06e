package org.diffusion4j.vae;

import static org.diffusion4j.core.testing.TensorAssertions.assertClose;
import static org.diffusion4j.core.testing.TensorAssertions.assertCloseToScale;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.diffusion4j.core.InvalidFileException;
import org.diffusion4j.core.config.ConfigFile;
import org.diffusion4j.core.execution.samediff.SameDiffExecutor;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.testing.TestResources;
import org.diffusion4j.core.verify.GoldenFile;
import org.diffusion4j.core.weights.Weights;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;

class VQModelTest {
  private static final String FOLDER = "org/diffusion4j/vae/verify/golden/vq/vqmodel";
  private static final String WEIGHTS = "diffusion_pytorch_model.safetensors";
  private static final String CODEBOOK = "quantize.embedding.weight";

  @TempDir private Path folder;

  private final GoldenFile reference = TestResources.golden(FOLDER + "/io.json");

  @Test
  void indicesDecodeToTheReferencesOutput() throws IOException {
    VQModel model = model();
    Graph graph = new Graph();
    graph.named("output", model.decodeIndices(graph, graph.inputIds("indices", 2, 6, 8)));
    try (SameDiffExecutor executor = new SameDiffExecutor(graph, weights(model))) {
      INDArray actual = executor.run(Map.of("indices", reference.tensor("indices")), "output");
      assertClose(reference.tensor("output"), actual, 1e-4, 0, "output");
    }
  }

  @Test
  void theOutputTeachesTheCodebookNothing() throws IOException {
    Graph graph = new Graph();
    VQModel model = build(graph);
    Tensor sum = graph.sum(graph.tensor("output"), false);
    graph.named("both", sum.plus(graph.tensor("vq_loss")));
    try (SameDiffExecutor executor = new SameDiffExecutor(graph, weights(model))) {
      INDArray actual =
          executor
              .gradients(Map.of("x", reference.tensor("x")), "both", List.of(CODEBOOK), List.of())
              .gradients()
              .get(CODEBOOK);
      assertCloseToScale(codebookGradient(model), actual, 1e-6, CODEBOOK);
    }
  }

  @Test
  void betaOfTheLegacyLossIsBeforeTheCodebooksTerm() throws IOException {
    VQModel legacy = model();
    VQModel present = new VQModel(legacy.config(), 4, false);
    // (1, 1/4) is a quarter of (4, 1).
    INDArray expected = codebookGradient(present).div(4);
    assertCloseToScale(expected, codebookGradient(legacy), 1e-5, CODEBOOK);
  }

  private INDArray codebookGradient(VQModel model) {
    Graph graph = new Graph();
    Tensor latents = model.encode(graph, graph.input("x", 2, 3, 12, 16));
    graph.named("vq_loss", model.quantize(graph, latents).loss());
    try (SameDiffExecutor executor = new SameDiffExecutor(graph, weights(model))) {
      return executor
          .gradients(Map.of("x", reference.tensor("x")), "vq_loss", List.of(CODEBOOK), List.of())
          .gradients()
          .get(CODEBOOK);
    }
  }

  @Test
  void spatialNormsAreRefusedByName() throws IOException {
    Path file = folder.resolve("config.json");
    Files.writeString(file, "{\"_class_name\": \"VQModel\", \"norm_type\": \"spatial\"}");
    assertEquals(
        file + ": norm_type (=spatial) must be one of group",
        assertThrows(
                InvalidFileException.class,
                () -> ConfigFile.readOver(file, VQModelConfig.DEFAULTS, "VQModel"))
            .getMessage());
  }

  @Test
  void aWrittenConfigIsReadAsItWas() throws IOException {
    Path copy = folder.resolve("copy.json");
    VQModelConfig config = model().config();
    ConfigFile.write(copy, config, "VQModel");
    assertEquals(config, ConfigFile.readOver(copy, VQModelConfig.DEFAULTS, "VQModel"));
  }

  private static VQModel build(Graph graph) throws IOException {
    VQModel model = model();
    Tensor latents = graph.named("latents", model.encode(graph, graph.input("x", 2, 3, 12, 16)));
    VectorQuantizer.Quantized quantized = model.quantize(graph, latents);
    graph.named("quantized", quantized.latents());
    graph.named("indices", quantized.indices());
    graph.named("vq_loss", quantized.loss());
    graph.named("output", model.decode(graph, quantized.latents()));
    return model;
  }

  private static VQModel model() throws IOException {
    Path file = TestResources.path(FOLDER + "/config.json");
    return new VQModel(ConfigFile.readOver(file, VQModelConfig.DEFAULTS, "VQModel"));
  }

  private static Weights weights(VQModel model) {
    return model.load(TestResources.path(FOLDER + "/" + WEIGHTS));
  }
}

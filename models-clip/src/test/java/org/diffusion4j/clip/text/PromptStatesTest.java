package org.diffusion4j.clip.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.diffusion4j.clip.token.ClipTokenizer;
import org.diffusion4j.clip.token.TextBatch;
import org.diffusion4j.core.execution.SameDiffExecutor;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.testing.TensorAssertions;
import org.diffusion4j.core.testing.TestResources;
import org.diffusion4j.core.verify.GoldenFile;
import org.diffusion4j.core.weights.Weights;
import org.diffusion4j.core.weights.WeightsFile;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.ndarray.INDArray;

/** From a prompt to its states by a pipeline's files, of which that of the weights is of old. */
class PromptStatesTest {
  private static final String ENCODER = "golden/pipeline/text_encoder/";

  @ParameterizedTest
  @CsvSource({
    "prompt, 'a photo of an astronaut riding a horse'",
    "negative_prompt, 'blurry, low quality'"
  })
  void statesOfAPromptAreThoseOfThePipeline(String name, String prompt) throws IOException {
    GoldenFile reference = TestResources.golden("golden/pipeline/txt2img.json");
    ClipTokenizer tokenizer =
        ClipTokenizer.read(TestResources.path("golden/tokenizer/small/vocab.json").getParent());
    INDArray ids =
        TextBatch.of(tokenizer, List.of(prompt), tokenizer.maxLength().orElseThrow()).inputIds();
    assertEquals(reference.tensor(name + "_ids"), ids);

    ClipTextModel model = ClipTextModel.read(TestResources.path(ENCODER + "config.json"));
    Weights weights =
        WeightsFile.load(TestResources.path(ENCODER + "model.safetensors"), model.parameters());
    Graph graph = new Graph();
    graph.named("states", model.build(graph, graph.inputIds("input_ids", 1, 77)));
    try (SameDiffExecutor executor = new SameDiffExecutor(graph, weights)) {
      TensorAssertions.assertClose(
          reference.tensor(name + "_embeds"),
          executor.run(Map.of("input_ids", ids), "states"),
          1e-4,
          0,
          name);
    }
  }
}

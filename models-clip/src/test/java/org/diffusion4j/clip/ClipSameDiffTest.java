package org.diffusion4j.clip;

import java.util.List;
import java.util.Map;
import org.diffusion4j.clip.encoder.HiddenAct;
import org.diffusion4j.clip.text.ClipTextConfig;
import org.diffusion4j.clip.text.TextStates;
import org.diffusion4j.clip.vision.ClipVisionConfig;
import org.diffusion4j.clip.vision.ClipVisionModel;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.random.Generator;
import org.diffusion4j.core.testing.SameDiffDoor;
import org.diffusion4j.core.weights.Weights;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** CLIP and its two encoders are ordinary SameDiff graphs. */
class ClipSameDiffTest {
  private static final ClipTextConfig TEXT =
      new ClipTextConfig(11, 6, 13, 2, 2, 7, 1e-5, HiddenAct.QUICK_GELU, 10, 5);
  private static final ClipVisionConfig VISION = new ClipVisionConfig(3, 6, 2, 6, 13, 2, 3, 1e-5);
  private static final ClipModel CLIP = new ClipModel(new ClipConfig(TEXT, VISION, 5));
  private static final INDArray IDS =
      Nd4j.createFromArray(new long[][] {{9, 3, 5, 10, 0, 0, 0}, {9, 2, 10, 1, 1, 1, 1}});

  @Test
  void theDualModelAndItsLossAre() {
    Graph graph = new Graph();
    CLIP.loss(
        graph,
        graph.inputIds("input_ids", 2, 7),
        graph.input("end_of_text", 2, 7),
        graph.input("images", 2, 3, 6, 6));
    Map<String, INDArray> inputs =
        Map.of(
            "input_ids", IDS,
            "end_of_text", CLIP.text().endOfText(IDS),
            "images", new Generator(13).randn(2, 3, 6, 6));
    Weights weights = Weights.initialize(graph.parameters(), new Generator(11));
    SameDiffDoor.assertSameValues(graph, weights, inputs, List.of("logits_per_text", "loss"));
    SameDiffDoor.assertSameGradients(graph, weights, inputs, "loss");
  }

  @Test
  void theTextEncoderIs() {
    Graph graph = new Graph();
    TextStates states =
        CLIP.text()
            .states(graph, graph.inputIds("input_ids", 2, 7), graph.input("attention_mask", 2, 7));
    graph.named("last_hidden_state", states.lastHiddenState());
    graph.named("skipped", states.fromEnd(1));
    INDArray mask = Nd4j.ones(2, 7);
    mask.putScalar(1, 6, 0);
    assertSame(
        graph,
        Map.of("input_ids", IDS, "attention_mask", mask),
        List.of("last_hidden_state", "skipped"));
  }

  @Test
  void theVisionEncoderIs() {
    Graph graph = new Graph();
    ClipVisionModel model = new ClipVisionModel(VISION);
    List<Tensor> states = model.hiddenStates(graph, graph.input("images", 2, 3, 6, 6));
    graph.named("hidden", states.get(1));
    graph.named("pooled", model.pool(graph, states.get(states.size() - 1)));
    Map<String, INDArray> inputs = Map.of("images", new Generator(13).randn(2, 3, 6, 6));
    assertSame(graph, inputs, List.of("hidden", "pooled"));
  }

  private static void assertSame(Graph graph, Map<String, INDArray> inputs, List<String> outputs) {
    Weights weights = Weights.initialize(graph.parameters(), new Generator(11));
    SameDiffDoor.assertSameValues(graph, weights, inputs, outputs);
  }
}

package org.diffusion4j.clip;

import java.util.List;
import java.util.Map;
import org.diffusion4j.clip.encoder.HiddenAct;
import org.diffusion4j.clip.text.ClipTextConfig;
import org.diffusion4j.clip.vision.ClipVisionConfig;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.onnx.OnnxOptions;
import org.diffusion4j.core.random.Generator;
import org.diffusion4j.core.testing.OnnxRuntime;
import org.diffusion4j.core.weights.Weights;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A whole CLIP, texts beside images, gives the same in ONNX Runtime. */
class ClipOnnxTest {
  private static final ClipTextConfig TEXT =
      new ClipTextConfig(11, 6, 13, 2, 2, 7, 1e-5, HiddenAct.QUICK_GELU, 10, 5);
  private static final ClipModel CLIP =
      new ClipModel(new ClipConfig(TEXT, new ClipVisionConfig(3, 6, 2, 6, 13, 2, 3, 1e-5), 5));

  @ParameterizedTest
  @EnumSource
  void theNumbersAreThoseOfSameDiff(OnnxOptions.Attention attention) {
    Graph graph = new Graph();
    CLIP.loss(
        graph,
        graph.inputIds("input_ids", 2, 7),
        graph.input("end_of_text", 2, 7),
        graph.input("images", 2, 3, 6, 6));
    INDArray ids =
        Nd4j.createFromArray(new long[][] {{9, 3, 5, 10, 0, 0, 0}, {9, 2, 10, 1, 1, 1, 1}});
    Generator generator = new Generator(13);
    OnnxRuntime.assertSameNumbers(
        graph,
        Weights.initialize(graph.parameters(), generator),
        Map.of(
            "input_ids", ids,
            "end_of_text", CLIP.text().endOfText(ids),
            "images", generator.randn(2, 3, 6, 6)),
        List.of("logits_per_text", "loss"),
        new OnnxOptions(attention),
        1e-5);
  }
}

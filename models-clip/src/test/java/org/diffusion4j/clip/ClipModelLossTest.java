package org.diffusion4j.clip;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.diffusion4j.clip.text.ClipTextConfig;
import org.diffusion4j.clip.vision.ClipVisionConfig;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.random.Generator;
import org.diffusion4j.core.testing.GradientCheck;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The gradients of the contrastive loss against finite differences. */
class ClipModelLossTest {
  private static final ClipModel CLIP =
      new ClipModel(
          new ClipConfig(
              new ClipTextConfig(11, 6, 5, 1, 2, 7, 1e-5),
              new ClipVisionConfig(3, 4, 2, 10, 7, 1, 5, 1e-5),
              7));

  /** Tokens come more than once in a text and in more than one text; some do not come at all. */
  private static final long[][] IDS = {{9, 2, 2, 10, 0}, {9, 5, 10, 10, 0}, {9, 2, 7, 5, 10}};

  private static final double[][] ENDS = {{0, 0, 0, 1, 0}, {0, 0, 1, 0, 0}, {0, 0, 0, 0, 1}};
  private static final int SEED = 19;

  @Test
  void gradientsByEveryWeightAreThoseOfFiniteDifferences() {
    Graph graph = new Graph(DataType.DOUBLE);
    Tensor ids = graph.inputIds("input_ids", 3, 5);
    Tensor ends = graph.input("end_of_text", 3, 5);
    Tensor loss = CLIP.loss(graph, ids, ends, graph.input("images", 3, 3, 4, 4));
    Map<String, INDArray> values = GradientCheck.draw(graph, new Generator(SEED));
    values.put("input_ids", Nd4j.createFromArray(IDS));
    values.put("end_of_text", Nd4j.createFromArray(ENDS));
    assertTrue(
        values
            .keySet()
            .containsAll(List.of("logit_scale", "text_model.embeddings.token_embedding.weight")));
    GradientCheck.assertDerivatives(graph, loss, values);
  }
}

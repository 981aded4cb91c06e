package org.diffusion4j.clip;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import org.diffusion4j.clip.text.ClipTextConfig;
import org.diffusion4j.clip.token.ClipTokenizer;
import org.diffusion4j.clip.token.TextBatch;
import org.diffusion4j.clip.vision.ClipVisionConfig;
import org.diffusion4j.core.execution.samediff.SameDiffExecutor;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.random.Generator;
import org.diffusion4j.core.weights.Weights;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

class ZeroShotClassifierTest {
  private static final int LENGTH = 7;
  private static final int SIZE = 6;
  private final ClipTokenizer tokenizer = ClipTokenizer.standard();
  private final ClipModel model =
      new ClipModel(
          new ClipConfig(
              new ClipTextConfig(49_408, 6, 11, 1, 2, LENGTH, 1e-5),
              new ClipVisionConfig(1, SIZE, 3, 10, 13, 1, 2, 1e-5),
              5));
  private final Weights weights = Weights.initialize(model.parameters(), new Generator(3));
  private final INDArray images = new Generator(4).randn(3, 1, SIZE, SIZE);

  private ZeroShotClassifier classifier(List<List<String>> sentences) {
    return ZeroShotClassifier.of(model, weights, tokenizer, 2, sentences);
  }

  @Test
  void probabilitiesAreTheSoftmaxOfTheModelsLogits() {
    List<String> texts = List.of("a bag", "a dress", "an ankle boot");
    Graph graph = new Graph();
    model.loss(
        graph,
        graph.inputIds("input_ids", 3, LENGTH),
        graph.input("end_of_text", 3, LENGTH),
        graph.input("images", 3, 1, SIZE, SIZE));
    TextBatch batch = TextBatch.of(tokenizer, texts, LENGTH);
    INDArray logits =
        new SameDiffExecutor(graph, weights)
            .run(
                Map.of(
                    "input_ids",
                    batch.inputIds(),
                    "end_of_text",
                    batch.endOfText(),
                    "images",
                    images),
                "logits_per_text");
    try (ZeroShotClassifier classifier = classifier(texts.stream().map(List::of).toList())) {
      float[][] probabilities = classifier.probabilities(images);
      int[] classes = classifier.classify(images);
      for (int i = 0; i < 3; i++) {
        double sum = 0;
        int best = 0;
        for (int k = 0; k < 3; k++) {
          sum += Math.exp(logits.getDouble(k, i));
          best = logits.getDouble(k, i) > logits.getDouble(best, i) ? k : best;
        }
        for (int k = 0; k < 3; k++) {
          assertEquals(Math.exp(logits.getDouble(k, i)) / sum, probabilities[i][k], 1e-4);
        }
        assertEquals(best, classes[i]);
      }
    }
  }

  @Test
  void saidTwiceASentenceCountsOnce() {
    try (ZeroShotClassifier once = classifier(List.of(List.of("a bag"), List.of("a coat")));
        ZeroShotClassifier twice =
            classifier(List.of(List.of("a bag", "a bag"), List.of("a coat")))) {
      float[][] expected = once.probabilities(images);
      float[][] actual = twice.probabilities(images);
      for (int i = 0; i < expected.length; i++) {
        assertArrayEquals(expected[i], actual[i], 1e-5f);
      }
    }
  }

  @Test
  void aClassWithoutSentencesIsRefused() {
    assertThrows(
        IllegalArgumentException.class,
        () -> classifier(List.of(List.of("a bag"), List.<String>of())));
    assertThrows(IllegalArgumentException.class, () -> classifier(List.of()));
  }
}

package org.diffusion4j.core.loss;

import static org.diffusion4j.core.testing.GoldenCheck.assertMatches;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.stream.Stream;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.testing.GoldenFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Losses against torch and transformers. */
class LossGoldenTest {

  static List<GoldenFile.Case> contrastive() {
    return GoldenFile.open("golden/ops/info_nce").cases();
  }

  @ParameterizedTest
  @MethodSource("contrastive")
  void contrastiveLossIsTransformers(GoldenFile.Case golden) {
    assertMatches(
        golden,
        (graph, in) -> {
          Tensor text = ContrastiveLoss.normalize(graph, in.get("text"));
          Tensor image = ContrastiveLoss.normalize(graph, in.get("image"));
          Tensor logits = ContrastiveLoss.logits(graph, text, image, in.get("logit_scale"));
          return ContrastiveLoss.build(graph, graph.named("logits_per_text", logits));
        },
        "logits_per_text");
  }

  static Stream<GoldenFile.Case> meanSquaredError() {
    return GoldenFile.open("golden/ops/losses").cases().stream()
        .filter(c -> c.name().equals("mse"));
  }

  @ParameterizedTest
  @MethodSource("meanSquaredError")
  void meanSquaredErrorIsTorchs(GoldenFile.Case golden) {
    assertMatches(
        golden, (graph, in) -> MeanSquaredError.build(graph, in.get("input"), in.get("target")));
  }

  @Test
  void theReferenceCoversEveryLoss() {
    assertEquals(2, contrastive().size());
    assertEquals(1, meanSquaredError().count());
  }
}

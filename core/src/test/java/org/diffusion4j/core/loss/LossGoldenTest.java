package org.diffusion4j.core.loss;

import static java.util.stream.Collectors.toSet;
import static org.diffusion4j.core.testing.GoldenCheck.assertMatches;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.testing.GoldenFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Losses against torch and transformers. */
class LossGoldenTest {

  private interface Loss {
    Tensor build(Graph graph, Tensor input, Tensor target, Reduction reduction);
  }

  private static final Map<String, Loss> PAIRS =
      Map.of(
          "mse", MeanSquaredError::build,
          "l1", L1Loss::build,
          "smooth_l1", new SmoothL1Loss(1)::build,
          "huber_0_5", new HuberLoss(0.5)::build,
          "bce_with_logits", BceWithLogitsLoss::build);

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

  static Stream<GoldenFile.Case> ofPairs() {
    return losses().filter(c -> PAIRS.containsKey(c.name()));
  }

  @ParameterizedTest
  @MethodSource("ofPairs")
  void lossesOfPairsAreTorchs(GoldenFile.Case golden) {
    Loss loss = PAIRS.get(golden.name());
    assertMatches(
        golden,
        (graph, in) -> loss.build(graph, in.get("input"), in.get("target"), Reduction.MEAN));
  }

  static Stream<GoldenFile.Case> crossEntropy() {
    return losses().filter(c -> c.param("label_smoothing").isNumber());
  }

  @ParameterizedTest
  @MethodSource("crossEntropy")
  void crossEntropyIsTorchs(GoldenFile.Case golden) {
    CrossEntropyLoss loss = new CrossEntropyLoss(golden.param("label_smoothing").asDouble());
    assertMatches(
        golden,
        (graph, in) -> loss.ofClasses(graph, in.get("input"), in.get("target"), Reduction.MEAN));
  }

  static Stream<GoldenFile.Case> divergence() {
    return GoldenFile.open("golden/ops/kl_div_loss").cases().stream();
  }

  @ParameterizedTest
  @MethodSource("divergence")
  void divergenceIsTorchs(GoldenFile.Case golden) {
    Reduction reduction =
        switch (golden.param("reduction").asText()) {
          case "none" -> Reduction.NONE;
          case "mean" -> Reduction.MEAN;
          case "sum" -> Reduction.SUM;
          default -> Reduction.BATCH_MEAN;
        };
    Loss loss = golden.param("log_target").asBoolean() ? KlDivLoss::ofLogTarget : KlDivLoss::build;
    assertMatches(
        golden, (graph, in) -> loss.build(graph, in.get("input"), in.get("target"), reduction));
  }

  @Test
  void theReferenceCoversEveryLoss() {
    assertEquals(2, contrastive().size());
    assertEquals(PAIRS.keySet(), ofPairs().map(GoldenFile.Case::name).collect(toSet()));
    assertEquals(2, crossEntropy().count());
    assertEquals(losses().count(), ofPairs().count() + crossEntropy().count());
    assertEquals(8, divergence().count());
    assertEquals(
        Set.of("none", "mean", "sum", "batchmean"),
        divergence().map(c -> c.param("reduction").asText()).collect(toSet()));
  }

  private static Stream<GoldenFile.Case> losses() {
    return GoldenFile.open("golden/ops/losses").cases().stream();
  }
}

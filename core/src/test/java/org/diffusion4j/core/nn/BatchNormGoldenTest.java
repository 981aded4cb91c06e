package org.diffusion4j.core.nn;

import static org.diffusion4j.core.testing.GoldenCheck.assertMatches;

import java.util.stream.Stream;
import org.diffusion4j.core.testing.GoldenFile;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Batch normalization against torch, in training and in evaluation. */
class BatchNormGoldenTest {
  static Stream<GoldenFile.Case> training() {
    return cases(true);
  }

  @ParameterizedTest
  @MethodSource("training")
  void trainingIsTorchs(GoldenFile.Case golden) {
    double momentum = golden.param("momentum").asDouble();
    double eps = golden.param("eps").asDouble();
    assertMatches(
        golden,
        (graph, in) -> {
          BatchNorm.Trained trained = BatchNorm.train(graph, in.get("x"), momentum, eps);
          graph.named("running_mean_after", trained.runningMean());
          graph.named("running_var_after", trained.runningVar());
          return trained.y();
        },
        "running_mean_after",
        "running_var_after");
  }

  static Stream<GoldenFile.Case> evaluation() {
    return cases(false);
  }

  @ParameterizedTest
  @MethodSource("evaluation")
  void evaluationIsTorchs(GoldenFile.Case golden) {
    double eps = golden.param("eps").asDouble();
    assertMatches(golden, (graph, in) -> BatchNorm.evaluate(graph, in.get("x"), eps));
  }

  private static Stream<GoldenFile.Case> cases(boolean training) {
    return GoldenFile.open("golden/ops/batch_norm").cases().stream()
        .filter(c -> c.param("training").asBoolean() == training);
  }
}

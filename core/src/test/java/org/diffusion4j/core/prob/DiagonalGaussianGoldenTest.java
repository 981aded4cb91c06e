package org.diffusion4j.core.prob;

import static org.diffusion4j.core.testing.GoldenCheck.assertMatches;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.stream.Stream;
import org.diffusion4j.core.testing.GoldenFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The distribution against diffusers' {@code DiagonalGaussianDistribution}. */
class DiagonalGaussianGoldenTest {

  static Stream<GoldenFile.Case> divergences() {
    return cases(List.of("x"), List.of("kl"));
  }

  @ParameterizedTest
  @MethodSource("divergences")
  void divergenceFromTheStandardNormalIsDiffusers(GoldenFile.Case golden) {
    assertMatches(golden, (graph, in) -> DiagonalGaussian.ofMoments(graph, in.get("x")).kl(graph));
  }

  static Stream<GoldenFile.Case> divergencesFromAnother() {
    return cases(List.of("x", "x_other"), List.of("kl"));
  }

  @ParameterizedTest
  @MethodSource("divergencesFromAnother")
  void divergenceFromAnotherGaussianIsDiffusers(GoldenFile.Case golden) {
    assertMatches(
        golden,
        (graph, in) -> {
          DiagonalGaussian other = DiagonalGaussian.ofMoments(graph, in.get("x_other"));
          return DiagonalGaussian.ofMoments(graph, in.get("x")).kl(graph, other);
        });
  }

  static Stream<GoldenFile.Case> likelihoods() {
    return cases(List.of("x", "sample"), List.of("nll"));
  }

  @ParameterizedTest
  @MethodSource("likelihoods")
  void negativeLogLikelihoodIsDiffusers(GoldenFile.Case golden) {
    assertMatches(
        golden,
        (graph, in) -> DiagonalGaussian.ofMoments(graph, in.get("x")).nll(graph, in.get("sample")));
  }

  static Stream<GoldenFile.Case> samples() {
    return cases(List.of("x", "noise"), List.of("sample", "mean", "std", "logvar"));
  }

  @ParameterizedTest
  @MethodSource("samples")
  void sampleIsDiffusers(GoldenFile.Case golden) {
    assertMatches(
        golden,
        (graph, in) -> {
          DiagonalGaussian gaussian = DiagonalGaussian.ofMoments(graph, in.get("x"));
          graph.named("mean", gaussian.mean());
          graph.named("std", gaussian.std(graph));
          graph.named("logvar", gaussian.logVar());
          return gaussian.sample(graph, in.get("noise"));
        },
        "mean",
        "std",
        "logvar");
  }

  @Test
  void theReferenceCoversEveryMethodAndVariancesOutOfBounds() {
    assertEquals(2, divergencesFromAnother().count());
    assertEquals(2, likelihoods().count());
    assertEquals(2, samples().count());
    assertEquals(4, divergences().count());
    assertEquals(1, divergences().filter(c -> c.param("clamp_exercised").asBoolean()).count());
  }

  private static Stream<GoldenFile.Case> cases(List<String> inputs, List<String> outputs) {
    return GoldenFile.open("golden/ops/kl_gaussian").cases().stream()
        .filter(c -> c.inputs().equals(inputs) && c.outputs().equals(outputs));
  }
}

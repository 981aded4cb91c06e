package org.diffusion4j.core.nn;

import static org.diffusion4j.core.testing.GoldenCheck.assertMatches;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.stream.Stream;
import org.diffusion4j.core.testing.GoldenFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Blocks of one convolution against torch, with parameters in the layout of files. */
class ConvolutionGoldenTest {

  static Stream<GoldenFile.Case> convolutions() {
    return cases().filter(c -> c.has("bias") && !c.param("pre_pad").isArray());
  }

  @ParameterizedTest
  @MethodSource("convolutions")
  void convolutionIsTorchs(GoldenFile.Case golden) {
    int stride = golden.param("stride").asInt();
    int padding = golden.param("padding").asInt();
    assertMatches(
        golden,
        (graph, in) ->
            Conv2d.build(graph, in.get("x"), out(golden), kernel(golden), stride, padding));
  }

  static Stream<GoldenFile.Case> patches() {
    return cases().filter(c -> !c.has("bias") && c.param("stride").asInt() == kernel(c));
  }

  @ParameterizedTest
  @MethodSource("patches")
  void patchesAreTorchsStridedConvolution(GoldenFile.Case golden) {
    assertMatches(
        golden, (graph, in) -> Conv2d.patches(graph, in.get("x"), out(golden), kernel(golden)));
  }

  static Stream<GoldenFile.Case> paddedAtTheEnd() {
    return cases().filter(c -> c.param("pre_pad").isArray());
  }

  @ParameterizedTest
  @MethodSource("paddedAtTheEnd")
  void downsamplingPadsAsDiffusersDoes(GoldenFile.Case golden) {
    assertMatches(golden, (graph, in) -> Downsample2D.paddedAtTheEnd(graph, in.get("x")));
  }

  @Test
  void theReferenceCoversEveryBlock() {
    assertEquals(2, convolutions().count());
    assertEquals(2, patches().count());
    assertEquals(1, paddedAtTheEnd().count());
  }

  private static Stream<GoldenFile.Case> cases() {
    return GoldenFile.open("golden/ops/conv2d").cases().stream()
        .filter(c -> c.param("groups").asInt() == 1)
        .filter(c -> c.param("dilation").asInt() == 1)
        .filter(c -> c.param("stride").isInt());
  }

  private static long out(GoldenFile.Case golden) {
    return golden.tensor("weight").size(0);
  }

  private static int kernel(GoldenFile.Case golden) {
    return Math.toIntExact(golden.tensor("weight").size(2));
  }
}

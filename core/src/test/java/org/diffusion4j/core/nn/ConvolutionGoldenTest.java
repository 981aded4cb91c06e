package org.diffusion4j.core.nn;

import static org.diffusion4j.core.testing.GoldenCheck.assertMatches;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.stream.Stream;
import org.diffusion4j.core.graph.ConvSettings;
import org.diffusion4j.core.graph.Size2d;
import org.diffusion4j.core.testing.GoldenFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;

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

  static Stream<GoldenFile.Case> transposed() {
    return GoldenFile.open("golden/ops/conv_transpose2d").cases().stream();
  }

  @ParameterizedTest
  @MethodSource("transposed")
  void transposedConvolutionIsTorchs(GoldenFile.Case golden) {
    INDArray weight = golden.tensor("weight");
    Size2d kernel = new Size2d((int) weight.size(2), (int) weight.size(3));
    Size2d outputPadding = Size2d.of(golden.param("output_padding").asInt());
    assertMatches(
        golden,
        (graph, in) ->
            ConvTranspose2d.build(
                graph,
                in.get("x"),
                golden.tensor("bias").length(),
                kernel,
                settings(golden),
                outputPadding));
  }

  static Stream<GoldenFile.Case> sequences() {
    return GoldenFile.open("golden/ops/conv1d").cases().stream();
  }

  @ParameterizedTest
  @MethodSource("sequences")
  void convolutionOfSequencesIsTorchs(GoldenFile.Case golden) {
    assertMatches(
        golden,
        (graph, in) ->
            Conv1d.build(graph, in.get("x"), out(golden), kernel(golden), settings(golden)));
  }

  private static ConvSettings settings(GoldenFile.Case golden) {
    return ConvSettings.DEFAULT
        .withStride(golden.param("stride").asInt())
        .withPadding(golden.param("padding").asInt())
        .withDilation(golden.param("dilation").asInt())
        .withGroups(golden.param("groups").asInt());
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

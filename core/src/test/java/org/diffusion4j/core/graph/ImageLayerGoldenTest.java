package org.diffusion4j.core.graph;

import static org.diffusion4j.core.testing.GoldenCheck.assertMatches;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.diffusion4j.core.testing.GoldenFile;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Layers of images against torch: values and gradients of {@code sum(y * w)}. */
class ImageLayerGoldenTest {
  static Stream<GoldenFile.Case> conv2d() {
    return cases("conv2d");
  }

  @ParameterizedTest
  @MethodSource("conv2d")
  void convolutionIsTorchs(GoldenFile.Case golden) {
    JsonNode zeros = golden.param("pre_pad");
    ConvSettings settings =
        new ConvSettings(
            size(golden, "stride"),
            size(golden, "padding"),
            size(golden, "dilation"),
            golden.param("groups").asInt());
    assertMatches(
        golden,
        (graph, in) -> {
          Tensor x = in.get("x");
          if (zeros.isArray()) {
            x = graph.pad2d(x, side(zeros, 0), side(zeros, 1), side(zeros, 2), side(zeros, 3));
          }
          Optional<Tensor> bias =
              golden.has("bias") ? Optional.of(in.get("bias")) : Optional.empty();
          Tensor weight = graph.permute(in.get("weight"), 2, 3, 1, 0);
          return graph.conv2d(x, weight, bias, settings);
        });
  }

  private static int side(JsonNode zeros, int index) {
    return zeros.get(index).asInt();
  }

  static Stream<GoldenFile.Case> interpolate() {
    return cases("interpolate");
  }

  @ParameterizedTest
  @MethodSource("interpolate")
  void interpolationIsTorchs(GoldenFile.Case golden) {
    String name = golden.param("mode").asText().replace('-', '_').toUpperCase(Locale.ROOT);
    boolean aligned = golden.param("align_corners").asBoolean();
    Interpolation mode = Interpolation.valueOf(aligned ? name + "_ALIGN_CORNERS" : name);
    assertMatches(
        golden,
        (graph, in) -> {
          if (golden.param("scale_factor").isNumber()) {
            double factor = golden.param("scale_factor").asDouble();
            return graph.interpolate2d(in.get("x"), mode, factor);
          }
          Size2d size = size(golden, "size");
          return graph.interpolate2d(in.get("x"), mode, size.height(), size.width());
        });
  }

  static Stream<GoldenFile.Case> upsampling() {
    return cases("interpolate")
        .filter(
            c -> c.param("mode").asText().equals("nearest") && c.param("scale_factor").isNumber());
  }

  @ParameterizedTest
  @MethodSource("upsampling")
  void upsamplingIsTorchsNearestInterpolation(GoldenFile.Case golden) {
    int factor = golden.param("scale_factor").asInt();
    assertMatches(golden, (graph, in) -> graph.upsample2d(in.get("x"), factor));
  }

  static Stream<GoldenFile.Case> maxPool2d() {
    return cases("max_pool2d");
  }

  @ParameterizedTest
  @MethodSource("maxPool2d")
  void maxPoolingAndItsIndicesAreTorchs(GoldenFile.Case golden) {
    assertMatches(
        golden,
        (graph, in) -> {
          Tensor x = in.get("x");
          graph.named("indices", graph.maxPool2dIndices(x, pooling(golden)));
          return graph.maxPool2d(x, pooling(golden));
        },
        "indices");
  }

  static Stream<GoldenFile.Case> maxUnpool2d() {
    return cases("max_unpool2d");
  }

  @ParameterizedTest
  @MethodSource("maxUnpool2d")
  void maxUnpoolingIsTorchs(GoldenFile.Case golden) {
    long[] shape = golden.tensor("x").shape();
    assertMatches(
        golden,
        (graph, in) -> {
          Tensor x = in.get("x");
          Tensor indices = graph.inputIds("indices", shape);
          if (!golden.param("output_size").isArray()) {
            return graph.maxUnpool2d(x, indices, pooling(golden));
          }
          Size2d size = size(golden, "output_size");
          return graph.maxUnpool2d(x, indices, size.height(), size.width());
        });
  }

  static Stream<GoldenFile.Case> avgPool2d() {
    return cases("avg_pool2d");
  }

  @ParameterizedTest
  @MethodSource("avgPool2d")
  void averagePoolingIsTorchs(GoldenFile.Case golden) {
    assertMatches(golden, (graph, in) -> graph.avgPool2d(in.get("x"), pooling(golden)));
  }

  private static PoolSettings pooling(GoldenFile.Case golden) {
    return new PoolSettings(
        size(golden, "kernel_size"),
        size(golden, "stride"),
        size(golden, "padding"),
        golden.param("ceil_mode").asBoolean());
  }

  private static Size2d size(GoldenFile.Case golden, String name) {
    JsonNode size = golden.param(name);
    return size.isArray()
        ? new Size2d(size.get(0).asInt(), size.get(1).asInt())
        : Size2d.of(size.asInt());
  }

  private static Stream<GoldenFile.Case> cases(String operation) {
    return GoldenFile.open("golden/ops/" + operation).cases().stream();
  }
}

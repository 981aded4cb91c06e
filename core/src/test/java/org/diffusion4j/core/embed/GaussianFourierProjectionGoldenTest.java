package org.diffusion4j.core.embed;

import static org.diffusion4j.core.testing.GoldenCheck.assertMatches;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.diffusion4j.core.testing.GoldenFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The projection against diffusers' {@code GaussianFourierProjection}. */
class GaussianFourierProjectionGoldenTest {
  /** Angles of tens of radians in float32 are only known to 1e-5. */
  private static final double TOLERANCE = 1e-4;

  static List<GoldenFile.Case> cases() {
    return GoldenFile.open("golden/ops/gaussian_fourier").cases();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void projectionIsDiffusers(GoldenFile.Case golden) {
    GaussianFourierProjection projection =
        new GaussianFourierProjection(
            golden.param("embedding_size").asInt(),
            1,
            golden.param("log").asBoolean(),
            golden.param("flip_sin_to_cos").asBoolean());
    assertMatches(golden, TOLERANCE, (graph, in) -> projection.build(graph, in.get("x")));
  }

  @Test
  void theReferenceCoversEveryParameter() {
    assertEquals(4, cases().size());
    assertEquals(2, cases().stream().map(c -> c.param("log")).distinct().count());
    assertEquals(2, cases().stream().map(c -> c.param("flip_sin_to_cos")).distinct().count());
  }
}

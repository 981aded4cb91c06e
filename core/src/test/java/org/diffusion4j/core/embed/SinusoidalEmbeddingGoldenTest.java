package org.diffusion4j.core.embed;

import static org.diffusion4j.core.testing.GoldenCheck.assertMatches;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.diffusion4j.core.testing.GoldenFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The embedding against diffusers' {@code get_timestep_embedding}. */
class SinusoidalEmbeddingGoldenTest {
  /** Angles up to 999 in float32 are only known to 6e-5. */
  private static final double TOLERANCE = 2e-4;

  static List<GoldenFile.Case> cases() {
    return GoldenFile.open("golden/ops/timestep_embedding").cases();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void embeddingIsDiffusers(GoldenFile.Case golden) {
    SinusoidalEmbedding embedding =
        new SinusoidalEmbedding(
            golden.param("embedding_dim").asInt(),
            golden.param("flip_sin_to_cos").asBoolean(),
            golden.param("downscale_freq_shift").asDouble(),
            golden.param("scale").asDouble(),
            golden.param("max_period").asDouble());
    assertMatches(golden, TOLERANCE, (graph, in) -> embedding.build(graph, in.get("timesteps")));
  }

  @Test
  void theReferenceCoversEveryParameter() {
    assertEquals(2, distinct("flip_sin_to_cos"));
    assertEquals(3, distinct("downscale_freq_shift"));
    assertEquals(2, distinct("scale"));
    assertEquals(
        2, cases().stream().map(c -> c.param("embedding_dim").asInt() % 2).distinct().count());
  }

  private static long distinct(String parameter) {
    return cases().stream().map(c -> c.param(parameter)).distinct().count();
  }
}

package org.diffusion4j.core.verify.operation;

import java.util.Map;
import org.diffusion4j.core.embed.SinusoidalEmbedding;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.verify.JsonFields;
import org.diffusion4j.core.verify.Tolerance;

/** Embeddings of times, as diffusers names their parameters. */
final class Embeddings implements OperationFamily {
  /** The sine of an angle up to 999 in float32 is only known to 6e-5. */
  private static final Tolerance LARGE_ANGLES = Tolerance.absolute(2e-4);

  @Override
  public Map<String, CaseCheck> checks() {
    return Map.of(
        "timestep_embedding",
        new GraphCheck(Embeddings::timestepEmbedding, LARGE_ANGLES, GraphCheck.CLOSE));
  }

  private static Map<String, Tensor> timestepEmbedding(Operands in) {
    JsonFields params = in.params();
    SinusoidalEmbedding embedding =
        new SinusoidalEmbedding(
            params.integer("embedding_dim"),
            params.flag("flip_sin_to_cos"),
            params.number("downscale_freq_shift"),
            params.number("scale"),
            params.number("max_period"));
    return Map.of("y", embedding.build(in.graph(), in.input("timesteps")));
  }
}

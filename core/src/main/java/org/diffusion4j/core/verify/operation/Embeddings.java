package org.diffusion4j.core.verify.operation;

import java.util.Map;
import org.diffusion4j.core.embed.GaussianFourierProjection;
import org.diffusion4j.core.embed.SinusoidalEmbedding;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.verify.JsonFields;
import org.diffusion4j.core.verify.Tolerance;

/** Embeddings of times, as diffusers names their parameters. */
final class Embeddings implements OperationFamily {
  /** Above what models have. */
  private static final int MAX_FEATURES = 1 << 14;

  /** The sine of an angle up to 999 in float32 is only known to 6e-5. */
  private static final Tolerance LARGE_ANGLES = Tolerance.absolute(2e-4);

  /** Random frequencies make angles of tens of radians, and their gradients as large. */
  private static final Tolerance RANDOM_ANGLES = Tolerance.close(1e-4, 1e-4);

  private static final Tolerance RANDOM_FREQUENCIES = Tolerance.toScale(1e-3);

  @Override
  public Map<String, CaseCheck> checks() {
    return Map.of(
        "timestep_embedding",
        new GraphCheck(Embeddings::timestepEmbedding, LARGE_ANGLES, GraphCheck.CLOSE),
        "gaussian_fourier",
        new GraphCheck(Embeddings::gaussianFourier, RANDOM_ANGLES, RANDOM_FREQUENCIES));
  }

  private static Map<String, Tensor> timestepEmbedding(Operands in) {
    JsonFields params = in.params();
    SinusoidalEmbedding embedding =
        new SinusoidalEmbedding(
            features(in, "embedding_dim"),
            params.flag("flip_sin_to_cos"),
            params.number("downscale_freq_shift"),
            params.number("scale"),
            params.number("max_period"));
    return Map.of("y", embedding.build(in.graph(), in.input("timesteps")));
  }

  /** The scale of the frequencies has no part in it: the case gives them. */
  private static Map<String, Tensor> gaussianFourier(Operands in) {
    JsonFields params = in.params();
    GaussianFourierProjection projection =
        new GaussianFourierProjection(
            features(in, "embedding_size"), 1, params.flag("log"), params.flag("flip_sin_to_cos"));
    return Map.of("y", projection.build(in.graph(), in.input("x")));
  }

  /** A number of features; graphs hold tables of that size, which must fit into memory. */
  private static int features(Operands in, String name) {
    int features = in.params().integer(name);
    in.support(features <= MAX_FEATURES, name);
    return features;
  }
}

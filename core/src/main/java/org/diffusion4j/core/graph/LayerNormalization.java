package org.diffusion4j.core.graph;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.diffusion4j.core.check.Require;

/**
 * Layer normalization over the last axes (Ba et al. 2016): to mean 0 and variance 1, then {@code *
 * weight + bias} where these are given.
 *
 * @param x {@code [..., normalizedShape]}
 * @param normalizedShape the sizes of the last axes of x, which are normalized together
 * @param weight of the normalized shape
 * @param bias of the normalized shape
 * @param epsilon added to the (biased) variance
 */
public record LayerNormalization(
    Tensor x,
    List<Long> normalizedShape,
    Optional<Tensor> weight,
    Optional<Tensor> bias,
    double epsilon)
    implements Layer {

  public LayerNormalization {
    normalizedShape = List.copyOf(normalizedShape);
    int first = x.rank() - normalizedShape.size();
    Require.that(
        first >= 0 && x.shape().subList(first, x.rank()).equals(normalizedShape),
        "normalizedShape",
        normalizedShape,
        "must be the last sizes of " + x);
    Require.that(
        Shapes.size(normalizedShape) >= 2,
        "normalizedShape",
        normalizedShape,
        "must have at least 2 values");
    requireNormalizedShape("weight", weight, normalizedShape);
    requireNormalizedShape("bias", bias, normalizedShape);
  }

  private static void requireNormalizedShape(
      String name, Optional<Tensor> parameter, List<Long> normalizedShape) {
    parameter.ifPresent(
        tensor ->
            Require.that(
                tensor.shape().equals(normalizedShape),
                name,
                tensor,
                "must have the normalized shape " + normalizedShape));
  }

  @Override
  public List<Tensor> inputs() {
    return Stream.of(Stream.of(x), weight.stream(), bias.stream()).flatMap(s -> s).toList();
  }
}

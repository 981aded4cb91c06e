package org.diffusion4j.core.nn.attention;

import java.util.OptionalInt;
import org.diffusion4j.core.check.Require;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.nn.GroupNorm;

/**
 * Self-attention between the pixels of an image, with {@code group_norm} before it and the input
 * added: the attention of autoencoders and of unconditional U-Nets.
 *
 * @param attention the attention between pixels
 * @param groups the groups of the norm; empty for no norm
 * @param epsilon the epsilon of the norm
 * @param rescaleOutputFactor what the sum with the input is divided by
 */
public record SpatialAttention(
    MultiHeadAttention attention, OptionalInt groups, double epsilon, double rescaleOutputFactor) {

  public SpatialAttention {
    Require.that(
        Double.isFinite(rescaleOutputFactor) && rescaleOutputFactor != 0,
        "rescaleOutputFactor",
        rescaleOutputFactor,
        "must be finite and not 0");
  }

  /** With a norm, and the sum as it is. */
  public SpatialAttention(MultiHeadAttention attention, int groups, double epsilon) {
    this(attention, OptionalInt.of(groups), epsilon, 1);
  }

  /**
   * Adds the block.
   *
   * @param x {@code [n, c, h, w]}
   * @return {@code [n, c, h, w]}
   */
  public Tensor build(Graph graph, Tensor x) {
    Tensor normalized =
        groups.isPresent()
            ? new GroupNorm(groups.getAsInt(), epsilon).build(graph.scope("group_norm"), x)
            : x;
    Tensor pixels = Pixels.toSequence(graph, normalized);
    Tensor attended = attention.build(graph, pixels, pixels);
    Tensor sum = graph.plus(Pixels.toImage(graph, attended, x), x);
    return rescaleOutputFactor == 1 ? sum : sum.times(1 / rescaleOutputFactor);
  }
}

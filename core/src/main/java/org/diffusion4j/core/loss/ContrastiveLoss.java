package org.diffusion4j.core.loss;

import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.graph.UnaryFunction;

/**
 * CLIP's symmetric contrastive loss (Radford et al. 2021, figure 3).
 *
 * <p>{@code logits = text image^T exp(logitScale)} of the normalized embeddings; row i and column i
 * belong together. The loss is the mean of the cross entropies of the rows and of the columns.
 */
public record ContrastiveLoss() {

  /**
   * Adds the loss.
   *
   * @param logitsPerText {@code [n, n]}
   * @return a scalar
   */
  public Tensor build(Graph graph, Tensor logitsPerText) {
    Tensor perText = crossEntropyOfDiagonal(graph, logitsPerText);
    Tensor perImage = crossEntropyOfDiagonal(graph, graph.permute(logitsPerText, 1, 0));
    return perText.plus(perImage).times(0.5);
  }

  /**
   * The logits of every text with every image.
   *
   * @param text {@code [n, d]}, of length 1
   * @param image {@code [m, d]}, of length 1
   * @param logitScale the logarithm of the inverse temperature, a scalar
   * @return {@code [n, m]}
   */
  public static Tensor logits(Graph graph, Tensor text, Tensor image, Tensor logitScale) {
    Tensor similarities = graph.matMulTransposed(text, image);
    Tensor factor = graph.reshape(graph.apply(UnaryFunction.EXP, logitScale), 1, 1);
    return similarities.times(factor);
  }

  /**
   * {@code x / sqrt(sum(x^2))} over the last axis.
   *
   * @param x {@code [n, d]}
   */
  public static Tensor normalize(Graph graph, Tensor x) {
    Tensor squares = graph.sum(graph.apply(UnaryFunction.SQUARE, x), true, 1);
    return x.dividedBy(graph.apply(UnaryFunction.SQRT, squares));
  }

  private static Tensor crossEntropyOfDiagonal(Graph graph, Tensor logits) {
    int n = Math.toIntExact(logits.size(0));
    double[] diagonal = new double[n * n];
    for (int i = 0; i < n; i++) {
      diagonal[i * n + i] = 1;
    }
    Tensor target = graph.constant(diagonal, n, n);
    return new CrossEntropyLoss(0).ofProbabilities(graph, logits, target, Reduction.MEAN);
  }
}

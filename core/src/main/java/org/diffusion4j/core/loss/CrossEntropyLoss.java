package org.diffusion4j.core.loss;

import java.util.stream.IntStream;
import org.diffusion4j.core.check.Require;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;

/**
 * The cross entropy of distributions over classes: {@code -sum_c target_c log(softmax(input)_c)}.
 *
 * @param labelSmoothing the part of each target that is spread evenly over all classes, in [0, 1]
 *     (Szegedy et al. 2016, section 7)
 */
public record CrossEntropyLoss(double labelSmoothing) {
  private static final int CLASSES = 1;

  public CrossEntropyLoss {
    Require.fraction("labelSmoothing", labelSmoothing);
  }

  /**
   * Adds the loss with classes as targets.
   *
   * @param input logits, {@code [n, c, ...]}
   * @param target an input of ids from 0 to c-1, {@code [n, ...]}; other ids count as a loss of 0
   *     but for the smoothing
   * @return a scalar; {@code [n, ...]} without reduction
   */
  public Tensor ofClasses(Graph graph, Tensor input, Tensor target, Reduction reduction) {
    Tensor rows = graph.oneHot(target, Math.toIntExact(input.size(CLASSES)));
    int last = rows.rank() - 1;
    Integer[] classesSecond =
        IntStream.range(0, rows.rank())
            .map(axis -> axis < CLASSES ? axis : axis == CLASSES ? last : axis - 1)
            .boxed()
            .toArray(Integer[]::new);
    Tensor probabilities = last == CLASSES ? rows : graph.permute(rows, classesSecond);
    return ofProbabilities(graph, input, probabilities, reduction);
  }

  /**
   * Adds the loss with distributions as targets.
   *
   * @param input logits, {@code [n, c, ...]}
   * @param target probabilities of the input's shape, with sum 1 over the classes
   * @return a scalar; {@code [n, ...]} without reduction
   */
  public Tensor ofProbabilities(Graph graph, Tensor input, Tensor target, Reduction reduction) {
    Pairs.requireSameShape(input, target);
    Tensor smoothed =
        labelSmoothing == 0
            ? target
            : graph.affine(target, 1 - labelSmoothing, labelSmoothing / input.size(CLASSES));
    Tensor terms = smoothed.times(graph.logSoftmax(input, CLASSES));
    return reduction.apply(graph, graph.sum(terms, false, CLASSES).times(-1));
  }
}

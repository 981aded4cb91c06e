package org.diffusion4j.unet;

import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Initializer;
import org.diffusion4j.core.graph.ParameterLayout;
import org.diffusion4j.core.graph.Tensor;

/** The embeddings of classes as rows of the parameter {@code weight}. */
final class ClassTable {
  private ClassTable() {}

  /**
   * Adds the rows of the labels.
   *
   * @param labels ids {@code [n]} below {@code classes}
   * @return {@code [n, width]}
   */
  static Tensor build(Graph graph, Tensor labels, int classes, int width) {
    Tensor table =
        graph.parameter("weight", ParameterLayout.PLAIN, new Initializer.Normal(1), classes, width);
    return graph.embedding(table, labels);
  }
}

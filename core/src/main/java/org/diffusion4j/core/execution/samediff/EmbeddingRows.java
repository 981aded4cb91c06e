package org.diffusion4j.core.execution.samediff;

import org.diffusion4j.core.graph.Embedding;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The rows of an embedding as a placeholder: SameDiff's {@code gather} has no correct gradient.
 *
 * <p>Who runs the graph looks the rows up and, for the gradient, adds them back where they came
 * from.
 */
final class EmbeddingRows {
  private EmbeddingRows() {}

  /** The name of the placeholder, which all look-ups of the same ids in the same table share. */
  static String name(Embedding embedding) {
    return embedding.table().name() + "#rows of " + embedding.ids().name();
  }

  /** The placeholder; how an embedding is put into the operations of an executor. */
  static SDVariable placeHolder(Embedding embedding, GraphVariables variables) {
    return variables.placeHolder(name(embedding), variables.dataType(), embedding.outputShape());
  }

  /**
   * The rows of the table by id, of the embedding's output shape.
   *
   * @throws IllegalArgumentException if an id is outside the table
   */
  static INDArray gather(Embedding embedding, INDArray table, INDArray ids) {
    int[] indices = indices(embedding, ids);
    INDArray rows = Nd4j.createUninitialized(table.dataType(), embedding.outputShape());
    INDArray flat = rows.reshape('c', indices.length, embedding.table().size(1));
    for (int i = 0; i < indices.length; i++) {
      flat.getRow(i).assign(table.getRow(indices[i]));
    }
    return rows;
  }

  /** The table's gradient: zero, and for each id the gradient of the row that it looked up. */
  static INDArray scatter(Embedding embedding, INDArray ids, INDArray rows) {
    int[] indices = indices(embedding, ids);
    long width = embedding.table().size(1);
    INDArray gradient = Nd4j.zeros(rows.dataType(), embedding.table().shapeArray());
    INDArray flat = rows.reshape('c', indices.length, width);
    for (int i = 0; i < indices.length; i++) {
      gradient.getRow(indices[i]).addi(flat.getRow(i));
    }
    return gradient;
  }

  private static int[] indices(Embedding embedding, INDArray ids) {
    long[] values = ids.dup('c').data().asLong();
    int[] indices = new int[values.length];
    for (int i = 0; i < values.length; i++) {
      if (values[i] < 0 || values[i] >= embedding.table().size(0)) {
        throw new IllegalArgumentException(
            "id (="
                + values[i]
                + ") of "
                + embedding.ids().name()
                + " must be a row of "
                + embedding.table());
      }
      indices[i] = (int) values[i];
    }
    return indices;
  }
}

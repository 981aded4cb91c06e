package org.diffusion4j.core.execution;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Any number of rows through a graph of a fixed batch size; the last batch is filled up with zeros.
 *
 * <p>Only for graphs whose rows do not depend on each other.
 */
public final class RowBatches {
  private RowBatches() {}

  /**
   * The values of the outputs for all rows.
   *
   * @param batchSize the first axis of every input of the graph
   * @param inputs arrays with n rows each, n at least 1
   * @param outputs names of tensors with one row for each row of the inputs
   * @return arrays with n rows each
   * @throws IllegalArgumentException if the inputs differ in their number of rows, or have none
   */
  public static Map<String, INDArray> run(
      GraphExecutor executor,
      int batchSize,
      Map<String, INDArray> inputs,
      Collection<String> outputs) {
    long rows = rows(inputs);
    Map<String, INDArray> wholes = new LinkedHashMap<>(inputs);
    // ND4J takes some parts of views for empty.
    wholes.replaceAll((name, array) -> array.isView() ? array.dup('c') : array);
    Map<String, List<INDArray>> parts = new LinkedHashMap<>();
    for (long from = 0; from < rows; from += batchSize) {
      long count = Math.min(batchSize, rows - from);
      Map<String, INDArray> batch = new LinkedHashMap<>();
      for (Map.Entry<String, INDArray> input : wholes.entrySet()) {
        batch.put(input.getKey(), filledUp(rows(input.getValue(), from, count), batchSize));
      }
      executor
          .run(batch, outputs)
          .forEach(
              (name, values) ->
                  parts.computeIfAbsent(name, n -> new ArrayList<>()).add(rows(values, 0, count)));
    }
    Map<String, INDArray> whole = new LinkedHashMap<>();
    parts.forEach((name, list) -> whole.put(name, Nd4j.concat(0, list.toArray(INDArray[]::new))));
    return whole;
  }

  private static long rows(Map<String, INDArray> inputs) {
    List<Long> counts = inputs.values().stream().map(array -> array.size(0)).distinct().toList();
    if (counts.size() != 1 || counts.get(0) == 0) {
      throw new IllegalArgumentException(
          "numbers of rows of "
              + inputs.keySet()
              + " (="
              + counts
              + ") must be equal and positive");
    }
    return counts.get(0);
  }

  private static INDArray rows(INDArray array, long from, long count) {
    if (count == array.size(0)) {
      return array;
    }
    INDArrayIndex[] indices = new INDArrayIndex[array.rank()];
    Arrays.fill(indices, NDArrayIndex.all());
    indices[0] = NDArrayIndex.interval(from, from + count);
    return array.get(indices).dup('c');
  }

  private static INDArray filledUp(INDArray rows, int batchSize) {
    if (rows.size(0) == batchSize) {
      return rows;
    }
    long[] shape = rows.shape().clone();
    shape[0] = batchSize - rows.size(0);
    return Nd4j.concat(0, rows, Nd4j.zeros(rows.dataType(), shape));
  }
}

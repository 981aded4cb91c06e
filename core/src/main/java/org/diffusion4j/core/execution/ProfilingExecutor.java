package org.diffusion4j.core.execution;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import org.nd4j.linalg.api.ndarray.INDArray;

/** An executor that can tell where the time of its runs goes. */
public interface ProfilingExecutor extends GraphExecutor {

  /**
   * Times runs layer by layer: one to warm up, then those that are counted.
   *
   * @param inputs as for {@link #run(Map, Collection)}
   * @param runs at least 1
   * @param ran is told after each counted run how many there were; an exception of its ends it
   * @return a time for each kind of layer, the longest first
   */
  List<LayerTime> profile(
      Map<String, INDArray> inputs, Collection<String> outputs, int runs, IntConsumer ran);

  /**
   * As {@link #profile}, of the loss and its gradients.
   *
   * @param inputs as for {@link #gradients}
   */
  List<LayerTime> profileGradients(
      Map<String, INDArray> inputs,
      String loss,
      Collection<String> withRespectTo,
      int runs,
      IntConsumer ran);
}

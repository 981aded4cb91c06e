package org.diffusion4j.core.execution.onednn;

import java.lang.ref.Reference;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.diffusion4j.core.check.Require;
import org.diffusion4j.core.execution.plan.ElementType;
import org.diffusion4j.core.execution.plan.Plan;
import org.diffusion4j.core.execution.plan.View;
import org.diffusion4j.core.weights.Weights;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A plan with the arrays that go in and come out. */
final class CompiledGraph implements AutoCloseable {

  /** Memory that each run brings: an input or a result. */
  record Port(View view) {
    private void connect(INDArray array) {
      view.storage().place(Parameters.address(array).address());
    }

    private boolean isUnused() {
      return !view.storage().isUsed();
    }

    private INDArray newArray() {
      DataType type = view.type() == ElementType.S64 ? DataType.INT64 : DataType.FLOAT;
      INDArray array =
          view.rank() == 0
              ? Nd4j.scalar(type, 0)
              : Nd4j.createUninitializedDetached(type, view.shape());
      connect(array);
      return array;
    }
  }

  /** What a run gives. */
  record Results(Map<String, INDArray> outputs, Map<String, INDArray> gradients) {}

  private final NativeScope scope;
  private final Plan plan;
  private final Map<String, Port> inputs;
  private final Map<String, Port> outputs;
  private final Map<String, Port> gradients;
  private final List<PackedWeights.Entry> packed;
  private final Set<String> references;

  CompiledGraph(
      NativeScope scope,
      PrimitivePlan plan,
      Map<String, Port> inputs,
      Map<String, Port> outputs,
      Map<String, Port> gradients,
      List<PackedWeights.Entry> packed) {
    this.scope = scope;
    this.plan = plan.build();
    this.references = plan.references();
    this.inputs = inputs;
    this.outputs = outputs;
    this.gradients = gradients;
    this.packed = packed;
  }

  /** What oneDNN has slow code alone for; see {@link PrimitivePlan#references}. */
  Set<String> references() {
    return references;
  }

  /**
   * Runs the plan.
   *
   * @param arrays of the inputs, in C order
   * @param times where to count the time of each step
   * @throws IllegalArgumentException if an input that is read is missing
   */
  Results run(Weights weights, Map<String, INDArray> arrays, Optional<StepTimes> times) {
    inputs.forEach(
        (name, port) ->
            Require.that(
                arrays.containsKey(name) || port.isUnused(), "input", name, "must be given"));
    packed.forEach(entry -> entry.refresh(weights));
    arrays.forEach((name, array) -> inputs.get(name).connect(array));
    Results results = new Results(newArrays(outputs), newArrays(gradients));
    try {
      times.ifPresentOrElse(sums -> plan.run(sums::add), plan::run);
      return results;
    } finally {
      Reference.reachabilityFence(results);
    }
  }

  private static Map<String, INDArray> newArrays(Map<String, Port> ports) {
    Map<String, INDArray> arrays = new LinkedHashMap<>();
    ports.forEach((name, port) -> arrays.put(name, port.newArray()));
    return arrays;
  }

  @Override
  public void close() {
    packed.forEach(PackedWeights.Entry::release);
    scope.close();
  }
}

package org.diffusion4j.core.execution.onednn;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.javacpp.BytePointer;
import org.diffusion4j.core.execution.plan.ElementType;
import org.diffusion4j.core.execution.plan.Storage;
import org.diffusion4j.core.execution.plan.View;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.weights.Weights;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The parameters of a graph as a plan reads them. */
final class Parameters {
  private final Weights weights;
  private final PrimitivePlan plan;
  private final PackedWeights packed;
  private final boolean kept;
  private final Map<String, View> views = new HashMap<>();
  private final List<PackedWeights.Entry> acquired = new ArrayList<>();

  /**
   * The parameters for a plan.
   *
   * @param kept whether what is laid out anew stays so from run to run, because the values do
   */
  Parameters(Weights weights, PrimitivePlan plan, boolean kept) {
    this.weights = weights;
    this.plan = plan;
    this.packed = PackedWeights.of(weights);
    this.kept = kept;
  }

  /** The memory of a parameter's own array. */
  View view(Tensor parameter) {
    return views.computeIfAbsent(parameter.name(), name -> view(weights.get(name)));
  }

  /** The memory of a FLOAT array in C order. */
  static View view(INDArray array) {
    long bytes = array.length() * ElementType.F32.bytes();
    return View.contiguous(
        Storage.at(address(array).address(), bytes, array), ElementType.F32, array.shape());
  }

  /** Where the values of an array begin, which lie in C order. */
  static BytePointer address(INDArray array) {
    long offset = array.offset() * array.dataType().width();
    return array.data().pointer().getPointer(BytePointer.class, 0).getPointer(offset);
  }

  /** A parameter in a layout that a primitive wants. */
  Operand packed(Tensor parameter, Packing packing, dnnl_memory_desc layout) {
    if (!kept) {
      return Copies.packed(plan, view(parameter), packing, layout);
    }
    // The parameter's own values are needed only when they are laid out.
    long bytes = parameter.length() * ElementType.F32.bytes();
    View absent = View.contiguous(Storage.ofCaller(bytes), ElementType.F32, parameter.shapeArray());
    PackedWeights.Entry entry = packed.acquire(parameter.name(), absent, packing, layout);
    acquired.add(entry);
    return entry.operand();
  }

  /** What the plan must give back. */
  List<PackedWeights.Entry> acquired() {
    return List.copyOf(acquired);
  }
}

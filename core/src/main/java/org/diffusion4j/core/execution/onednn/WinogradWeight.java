package org.diffusion4j.core.execution.onednn;

import org.diffusion4j.core.execution.plan.ElementType;
import org.diffusion4j.core.execution.plan.View;

/**
 * Lays a weight {@code [3, 3, in, out]} out for {@link Winograd}: each element of {@code G g G^T}
 * is a matrix.
 *
 * @param backward whether for the gradient of the input: with the kernel turned by 180 degrees,
 *     from the outputs to the inputs
 */
record WinogradWeight(boolean backward) implements Packing {

  @Override
  public Record key(View weight) {
    return this;
  }

  @Override
  public void add(PrimitivePlan plan, View weight, Operand target) {
    View kernel = WinogradMatrices.kernel(plan, backward);
    long in = weight.size(2);
    long out = weight.size(3);
    View elements = plan.allocate(ElementType.F32, kernel.size(0), in * out);
    MatMuls.multiply(
        plan, kernel, weight.reshape(kernel.size(1), in * out).orElseThrow(), elements);
    View matrices = elements.reshape(kernel.size(0), in, out).orElseThrow();
    Copies.copy(
        plan, plan.scope().operand(backward ? matrices.permute(0, 2, 1) : matrices), target);
  }
}

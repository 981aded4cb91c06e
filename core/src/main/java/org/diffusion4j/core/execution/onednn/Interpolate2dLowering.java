package org.diffusion4j.core.execution.onednn;

import org.diffusion4j.core.execution.kernel.KernelParts;
import org.diffusion4j.core.execution.plan.View;
import org.diffusion4j.core.graph.Interpolate2d;

/** Images resampled, as two products with the matrices of the axes. */
final class Interpolate2dLowering implements Lowering<Interpolate2d> {

  @Override
  public View forward(Forward pass, KernelParts<Interpolate2d> kernel) {
    Interpolate2d layer = kernel.root();
    View x = pass.image(layer.x(), pass.value(layer.x()).type());
    return AxisMaps.apply(pass.plan(), x, layer.rowMap(), layer.columnMap());
  }

  @Override
  public void backward(Backward pass, KernelParts<Interpolate2d> kernel, View gradient) {
    Interpolate2d layer = kernel.root();
    View dy = Copies.channelsLast(pass.plan(), gradient, gradient.type());
    pass.add(
        layer.x(),
        AxisMaps.apply(
            pass.plan(),
            dy,
            AxisMaps.transposed(layer.rowMap()),
            AxisMaps.transposed(layer.columnMap())));
  }
}

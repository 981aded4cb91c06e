package org.diffusion4j.core.execution.onednn;

import org.diffusion4j.core.execution.plan.View;
import org.diffusion4j.core.graph.Interpolate2d;
import org.diffusion4j.core.graph.Tensor;

/** Images resampled, as two products with the matrices of the axes. */
final class Interpolate2dLowering implements Lowering<Interpolate2d> {

  @Override
  public View forward(Forward pass, Interpolate2d layer, Tensor output) {
    View x = pass.image(layer.x(), pass.value(layer.x()).type());
    return AxisMaps.apply(pass.plan(), x, layer.rowMap(), layer.columnMap());
  }

  @Override
  public void backward(Backward pass, Interpolate2d layer, Tensor output, View gradient) {
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

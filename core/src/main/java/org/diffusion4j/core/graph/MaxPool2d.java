package org.diffusion4j.core.graph;

import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Pooling2DConfig;

/**
 * The largest value of each window of {@code [n, c, h, w]}; of equal ones, the first in reading
 * order takes the gradient.
 *
 * <p>See {@link MaxPool2dIndices} for where the values are.
 */
public record MaxPool2d(Tensor x, PoolSettings settings) implements Layer {

  public MaxPool2d {
    Shapes.requireRank("x", x, 4);
  }

  @Override
  public List<Tensor> inputs() {
    return List.of(x);
  }

  @Override
  public long[] outputShape() {
    return settings.pooledShape(x);
  }

  @Override
  public SDVariable build(SameDiffView view) {
    SameDiff sd = view.sameDiff();
    Pooling2DConfig config =
        Pooling2DConfig.builder()
            .kH(settings.kernel().height())
            .kW(settings.kernel().width())
            .sH(settings.stride().height())
            .sW(settings.stride().width())
            .build();
    return sd.cnn.maxPooling2d(settings.padded(sd, view.variable(x), x), config);
  }
}

package org.diffusion4j.core.graph;

import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Where the values of a {@link MaxPool2d} of the same settings are: {@code row * w + column} within
 * each image plane of {@code [n, c, h, w]}, INT64, without a gradient.
 */
public record MaxPool2dIndices(Tensor x, PoolSettings settings) implements Layer {

  public MaxPool2dIndices {
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

  /** ND4J's {@code maxPoolWithArgmax} ignores stride and padding. */
  @Override
  public SDVariable build(SameDiffView view) {
    SameDiff sd = view.sameDiff();
    SDVariable padded = settings.padded(sd, view.variable(x), x);
    long[] shape = outputShape();
    int kernelWidth = settings.kernel().width();
    long[] stride = {1, 1, settings.stride().height(), settings.stride().width()};
    SDVariable[] taps = new SDVariable[settings.kernel().height() * kernelWidth];
    for (int tap = 0; tap < taps.length; tap++) {
      long[] begin = {0, 0, tap / kernelWidth, tap % kernelWidth};
      long[] end = shape.clone();
      for (int axis = 2; axis < 4; axis++) {
        end[axis] = begin[axis] + (shape[axis] - 1) * stride[axis] + 1;
      }
      taps[tap] = sd.stridedSlice(padded, begin, end, stride);
    }
    SDVariable tap = sd.argmax(sd.stack(0, taps), false, 0);
    SDVariable row = sd.math.floorDiv(tap, sd.constant(Nd4j.scalar((long) kernelWidth)));
    SDVariable down = row.mul(sd.constant(Nd4j.scalar(x.size(3) - kernelWidth)));
    return tap.add(down).add(sd.constant(firstPixels(shape[2], shape[3])));
  }

  /** The index of the first pixel of each window, which padding may put outside of the plane. */
  private INDArray firstPixels(long height, long width) {
    long[] pixels = new long[Math.toIntExact(height * width)];
    for (int window = 0; window < pixels.length; window++) {
      long row = window / width * settings.stride().height() - settings.padding().height();
      long column = window % width * settings.stride().width() - settings.padding().width();
      pixels[window] = row * x.size(3) + column;
    }
    return Nd4j.createFromArray(pixels).reshape(1, 1, height, width);
  }
}

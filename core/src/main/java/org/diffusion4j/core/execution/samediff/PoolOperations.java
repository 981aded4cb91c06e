package org.diffusion4j.core.execution.samediff;

import java.util.stream.LongStream;
import org.diffusion4j.core.graph.AvgPool2d;
import org.diffusion4j.core.graph.MaxPool2d;
import org.diffusion4j.core.graph.MaxPool2dIndices;
import org.diffusion4j.core.graph.MaxUnpool2d;
import org.diffusion4j.core.graph.PoolSettings;
import org.diffusion4j.core.graph.Tensor;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Pooling2DConfig;
import org.nd4j.linalg.factory.Nd4j;

/** What windows of images hold. */
final class PoolOperations {
  private PoolOperations() {}

  static void register(LayerOperations operations) {
    operations.put(AvgPool2d.class, PoolOperations::avgPool);
    operations.put(MaxPool2d.class, PoolOperations::maxPool);
    operations.put(MaxPool2dIndices.class, PoolOperations::maxPoolIndices);
    operations.put(MaxUnpool2d.class, PoolOperations::maxUnpool);
  }

  private static SDVariable avgPool(AvgPool2d pool, GraphVariables variables) {
    return ImageOperations.resample(variables, pool.x(), pool.rowMap(), pool.columnMap());
  }

  private static SDVariable maxPool(MaxPool2d pool, GraphVariables variables) {
    PoolSettings settings = pool.settings();
    Pooling2DConfig config =
        Pooling2DConfig.builder()
            .kH(settings.kernel().height())
            .kW(settings.kernel().width())
            .sH(settings.stride().height())
            .sW(settings.stride().width())
            .build();
    SDVariable padded = padded(variables, pool.x(), settings, pool.outputShape());
    return variables.sameDiff().cnn.maxPooling2d(padded, config);
  }

  /** The images with what windows cover around them, filled with what is less than every number. */
  private static SDVariable padded(
      GraphVariables variables, Tensor x, PoolSettings settings, long[] pooled) {
    int top = settings.padding().height();
    int left = settings.padding().width();
    long height = (pooled[2] - 1) * settings.stride().height() + settings.kernel().height();
    long width = (pooled[3] - 1) * settings.stride().width() + settings.kernel().width();
    int bottom = Math.toIntExact(Math.max(0, height - top - x.size(2)));
    int right = Math.toIntExact(Math.max(0, width - left - x.size(3)));
    return ImageOperations.pad(
        variables.sameDiff(), variables.of(x), left, right, top, bottom, Double.NEGATIVE_INFINITY);
  }

  /** ND4J's {@code maxPoolWithArgmax} ignores stride and padding. */
  private static SDVariable maxPoolIndices(MaxPool2dIndices pool, GraphVariables variables) {
    SameDiff sd = variables.sameDiff();
    PoolSettings settings = pool.settings();
    long[] shape = pool.outputShape();
    SDVariable padded = padded(variables, pool.x(), settings, shape);
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
    SDVariable down = row.mul(sd.constant(Nd4j.scalar(pool.x().size(3) - kernelWidth)));
    return tap.add(down).add(sd.constant(firstPixels(pool)));
  }

  /** The index of the first pixel of each window, which padding may put outside of the plane. */
  private static INDArray firstPixels(MaxPool2dIndices pool) {
    PoolSettings settings = pool.settings();
    long height = pool.outputShape()[2];
    long width = pool.outputShape()[3];
    long[] pixels = new long[Math.toIntExact(height * width)];
    for (int window = 0; window < pixels.length; window++) {
      long row = window / width * settings.stride().height() - settings.padding().height();
      long column = window % width * settings.stride().width() - settings.padding().width();
      pixels[window] = row * pool.x().size(3) + column;
    }
    return Nd4j.createFromArray(pixels).reshape(1, 1, height, width);
  }

  private static SDVariable maxUnpool(MaxUnpool2d unpooling, GraphVariables variables) {
    SameDiff sd = variables.sameDiff();
    Tensor x = unpooling.x();
    long values = x.length();
    long planes = x.size(0) * x.size(1);
    long pixels = unpooling.height() * unpooling.width();

    // ND4J's scatter writes wherever an index says, be it outside of the array.
    SDVariable inPlane =
        sd.math.min(
            sd.math.max(variables.of(unpooling.indices()), sd.constant(Nd4j.scalar(0L))),
            sd.constant(Nd4j.scalar(pixels - 1)));
    long[] planeStarts = LongStream.range(0, planes).map(plane -> plane * pixels).toArray();
    SDVariable starts = sd.constant(Nd4j.createFromArray(planeStarts).reshape(planes, 1));
    SDVariable position =
        sd.reshape(sd.reshape(inPlane, planes, values / planes).add(starts), values);

    SDVariable order =
        sd.constant(Nd4j.createFromArray(LongStream.rangeClosed(1, values).toArray()));
    SDVariable nobody = sd.constant(Nd4j.zeros(DataType.INT64, planes * pixels));
    SDVariable last = sd.gather(sd.scatterMax(nobody, position, order), position, 0);
    SDVariable counts = last.eq(order).castTo(variables.dataType());

    SDVariable zeros = sd.constant(Nd4j.zeros(variables.dataType(), planes * pixels));
    SDVariable flat = sd.reshape(variables.of(x), values).mul(counts);
    return sd.reshape(sd.scatterAdd(zeros, position, flat), unpooling.outputShape());
  }
}

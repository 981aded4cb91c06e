package org.diffusion4j.core.graph;

import java.util.List;
import java.util.stream.LongStream;
import org.diffusion4j.core.check.Require;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Puts pooled values back where they came from, among zeros (Zeiler and Fergus 2014).
 *
 * <p>If windows overlap, several values may come from one pixel: the last of them counts, and takes
 * the gradient.
 *
 * @param x {@code [n, c, h, w]}
 * @param indices {@code [n, c, h, w]}, what {@link MaxPool2dIndices} gives or an input of ids
 * @param height of the output
 * @param width of the output
 */
public record MaxUnpool2d(Tensor x, Tensor indices, long height, long width) implements Layer {

  public MaxUnpool2d {
    Shapes.requireRank("x", x, 4);
    Require.that(
        x.shape().equals(indices.shape()), "indices", indices, "must have the shape of " + x);
    Require.positive("height", height);
    Require.positive("width", width);
  }

  /** To the least size that the pooling takes to that of x. */
  static MaxUnpool2d of(Tensor x, Tensor indices, PoolSettings settings) {
    Shapes.requireRank("x", x, 4);
    long[] shape = settings.unpooledShape(x);
    return new MaxUnpool2d(x, indices, shape[2], shape[3]);
  }

  @Override
  public List<Tensor> inputs() {
    return List.of(x, indices);
  }

  @Override
  public long[] outputShape() {
    return new long[] {x.size(0), x.size(1), height, width};
  }

  @Override
  public SDVariable build(SameDiffView view) {
    SameDiff sd = view.sameDiff();
    SDVariable index = view.variable(indices);
    Require.that(
        index.dataType() == DataType.INT64, "indices", indices, "must be of whole numbers");
    long values = x.length();
    long planes = x.size(0) * x.size(1);
    long pixels = height * width;

    // ND4J's scatter writes wherever an index says, be it outside of the array.
    SDVariable inPlane =
        sd.math.min(
            sd.math.max(index, sd.constant(Nd4j.scalar(0L))), sd.constant(Nd4j.scalar(pixels - 1)));
    long[] planeStarts = LongStream.range(0, planes).map(plane -> plane * pixels).toArray();
    SDVariable starts = sd.constant(Nd4j.createFromArray(planeStarts).reshape(planes, 1));
    SDVariable position =
        sd.reshape(sd.reshape(inPlane, planes, values / planes).add(starts), values);

    SDVariable order =
        sd.constant(Nd4j.createFromArray(LongStream.rangeClosed(1, values).toArray()));
    SDVariable nobody = sd.constant(Nd4j.zeros(DataType.INT64, planes * pixels));
    SDVariable last = sd.gather(sd.scatterMax(nobody, position, order), position, 0);
    SDVariable counts = last.eq(order).castTo(view.dataType());

    SDVariable zeros = sd.constant(Nd4j.zeros(view.dataType(), planes * pixels));
    SDVariable flat = sd.reshape(view.variable(x), values).mul(counts);
    return sd.reshape(sd.scatterAdd(zeros, position, flat), outputShape());
  }
}

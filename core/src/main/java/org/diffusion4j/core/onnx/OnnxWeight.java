package org.diffusion4j.core.onnx;

import java.util.List;
import java.util.function.Supplier;
import onnx.Onnx.TensorProto;

/**
 * A parameter in ONNX's layout, whose values are asked for when their turn comes.
 *
 * @param values in C order
 */
record OnnxWeight(String name, List<Long> shape, Supplier<float[]> values) {

  OnnxWeight {
    shape = List.copyOf(shape);
  }

  /** What its values take. */
  long bytes() {
    return shape.stream().reduce((long) Float.BYTES, Math::multiplyExact);
  }

  /** Everything but its values. */
  TensorProto.Builder header() {
    return TensorProto.newBuilder()
        .setName(name)
        .setDataType(TensorProto.DataType.FLOAT.getNumber())
        .addAllDims(shape);
  }
}

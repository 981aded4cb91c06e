package org.diffusion4j.core.testing;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A tensor on its way between two processes.
 *
 * @param ids whether its values are INT64, or else FLOAT
 * @param values in C order, in the order of this machine's bytes
 */
record OnnxArray(boolean ids, List<Long> shape, ByteBuffer values) {

  static OnnxArray of(INDArray array) {
    boolean ids = array.dataType() == DataType.INT64;
    INDArray ordered = array.dup('c');
    ByteBuffer values = bytes(Math.toIntExact(array.length()) * (ids ? Long.BYTES : Float.BYTES));
    if (ids) {
      values.asLongBuffer().put(ordered.data().asLong());
    } else {
      values.asFloatBuffer().put(ordered.data().asFloat());
    }
    List<Long> shape = new ArrayList<>();
    for (long size : array.shape()) {
      shape.add(size);
    }
    return new OnnxArray(ids, shape, values);
  }

  INDArray toArray() {
    if (ids) {
      long[] copy = new long[values.remaining() / Long.BYTES];
      values.asLongBuffer().get(copy);
      return Nd4j.createFromArray(copy).reshape('c', sizes());
    }
    float[] copy = new float[values.remaining() / Float.BYTES];
    values.asFloatBuffer().get(copy);
    return Nd4j.createFromArray(copy).reshape('c', sizes());
  }

  /** The shape as an array. */
  long[] sizes() {
    return shape.stream().mapToLong(Long::longValue).toArray();
  }

  void write(DataOutputStream out) throws IOException {
    out.writeBoolean(ids);
    writeShape(shape, out);
    byte[] copy = new byte[values.remaining()];
    values.duplicate().get(copy);
    out.writeInt(copy.length);
    out.write(copy);
  }

  static OnnxArray read(DataInputStream in) throws IOException {
    boolean ids = in.readBoolean();
    List<Long> shape = readShape(in);
    ByteBuffer values = bytes(in.readInt());
    byte[] copy = new byte[values.capacity()];
    in.readFully(copy);
    return new OnnxArray(ids, shape, values.put(copy).flip());
  }

  static void writeShape(List<Long> shape, DataOutputStream out) throws IOException {
    out.writeInt(shape.size());
    for (long size : shape) {
      out.writeLong(size);
    }
  }

  static List<Long> readShape(DataInputStream in) throws IOException {
    List<Long> shape = new ArrayList<>();
    for (int left = in.readInt(); left > 0; left--) {
      shape.add(in.readLong());
    }
    return shape;
  }

  private static ByteBuffer bytes(int size) {
    return ByteBuffer.allocateDirect(size).order(ByteOrder.nativeOrder());
  }
}

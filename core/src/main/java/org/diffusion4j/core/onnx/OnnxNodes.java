package org.diffusion4j.core.onnx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import onnx.Onnx.GraphProto;
import onnx.Onnx.NodeProto;
import onnx.Onnx.TensorProto;
import org.diffusion4j.core.graph.Tensor;
import org.nd4j.shade.protobuf.ByteString;

/**
 * The nodes, the names and the small constants of an ONNX graph that is being made.
 *
 * <p>What a tensor of the graph holds is an ONNX value, of the tensor's own name or of another.
 */
final class OnnxNodes {
  private final GraphProto.Builder graph;
  private final Set<String> kernels;
  private final Map<String, String> values = new HashMap<>();
  private final Map<TensorProto, String> constants = new HashMap<>();
  private final Set<String> names = new HashSet<>();

  /**
   * No nodes yet.
   *
   * @param graph takes nodes and constants
   * @param kernels the parameters that are written as ONNX wants weights of convolutions
   * @param names those that inner values must not have
   */
  OnnxNodes(GraphProto.Builder graph, Set<String> kernels, Set<String> names) {
    this.graph = graph;
    this.kernels = kernels;
    this.names.addAll(names);
  }

  /** Says which ONNX value a tensor's is. */
  void bind(Tensor tensor, String value) {
    values.put(tensor.name(), value);
  }

  /** The ONNX value of a tensor. */
  String value(Tensor tensor) {
    return values.get(tensor.name());
  }

  /** The value of a convolution's weight {@code [kh, kw, in, out]} as {@code [out, in, kh, kw]}. */
  String kernel(Tensor weight) {
    return kernels.contains(weight.name())
        ? value(weight)
        : op("Transpose", value(weight))
            .withAll("perm", 3, 2, 0, 1)
            .to(inner(value(weight), "kernel"));
  }

  /** The value of a tensor under another shape. */
  String shaped(Tensor tensor, long... shape) {
    return Arrays.equals(tensor.shapeArray(), shape)
        ? value(tensor)
        : reshape(value(tensor), inner(value(tensor), "reshaped"), shape);
  }

  /** The same values under another shape. */
  String reshape(String value, String output, long... shape) {
    return op("Reshape", value, integers(shape)).to(output);
  }

  /** A node of ONNX's own operators. */
  OnnxNode op(String operator, String... inputs) {
    return op(operator, List.of(inputs));
  }

  /** A node of ONNX's own operators. */
  OnnxNode op(String operator, List<String> inputs) {
    return new OnnxNode(this, operator, inputs);
  }

  void add(NodeProto node) {
    graph.addNode(node);
  }

  /** A name for a value inside of what makes an output. */
  String inner(String output, String part) {
    String name = output + "/" + part;
    for (int i = 2; !names.add(name); i++) {
      name = output + "/" + part + i;
    }
    return name;
  }

  /** A row of whole numbers. */
  String integers(long... values) {
    ByteBuffer bytes = buffer(values.length * Long.BYTES);
    bytes.asLongBuffer().put(values);
    return constant(TensorProto.DataType.INT64, bytes, values.length);
  }

  /** A whole number. */
  String integer(long value) {
    return constant(TensorProto.DataType.INT64, buffer(Long.BYTES).putLong(0, value));
  }

  /** A number. */
  String number(double value) {
    return numbers(new double[] {value});
  }

  /** Numbers in C order. */
  String numbers(double[] values, long... shape) {
    ByteBuffer bytes = buffer(values.length * Float.BYTES);
    for (double value : values) {
      bytes.putFloat((float) value);
    }
    return constant(TensorProto.DataType.FLOAT, bytes.flip(), shape);
  }

  /** One number, repeated. */
  String filled(double value, long... shape) {
    long length = Arrays.stream(shape).reduce(1, Math::multiplyExact);
    double[] values = new double[Math.toIntExact(length)];
    Arrays.fill(values, value);
    return numbers(values, shape);
  }

  private static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Equal constants are written once. */
  private String constant(TensorProto.DataType type, ByteBuffer bytes, long... shape) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setDataType(type.getNumber())
            .setRawData(ByteString.copyFrom(bytes));
    Arrays.stream(shape).forEach(tensor::addDims);
    return constants.computeIfAbsent(
        tensor.build(),
        unnamed -> {
          String name = inner("constant", String.valueOf(constants.size()));
          graph.addInitializer(unnamed.toBuilder().setName(name));
          return name;
        });
  }
}

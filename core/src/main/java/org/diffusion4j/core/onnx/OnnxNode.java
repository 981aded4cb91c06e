package org.diffusion4j.core.onnx;

import java.util.Arrays;
import java.util.List;
import onnx.Onnx.AttributeProto;
import onnx.Onnx.AttributeProto.AttributeType;
import onnx.Onnx.NodeProto;
import org.nd4j.shade.protobuf.ByteString;

/** One node that is being put together; {@link #to} adds it to its graph. */
final class OnnxNode {
  /** What ONNX puts in the place of an input that is left out; not needed at the end. */
  static final String ABSENT = "";

  private final OnnxNodes nodes;
  private final NodeProto.Builder proto;

  OnnxNode(OnnxNodes nodes, String operator, List<String> inputs) {
    int count = inputs.size();
    while (count > 0 && inputs.get(count - 1).equals(ABSENT)) {
      count--;
    }
    this.nodes = nodes;
    this.proto = NodeProto.newBuilder().setOpType(operator).addAllInput(inputs.subList(0, count));
  }

  /** An operator that is not ONNX's own. */
  OnnxNode ofDomain(String domain) {
    proto.setDomain(domain);
    return this;
  }

  OnnxNode with(String name, long value) {
    return with(name, AttributeProto.newBuilder().setType(AttributeType.INT).setI(value));
  }

  OnnxNode with(String name, double value) {
    return with(name, AttributeProto.newBuilder().setType(AttributeType.FLOAT).setF((float) value));
  }

  OnnxNode with(String name, String value) {
    ByteString text = ByteString.copyFromUtf8(value);
    return with(name, AttributeProto.newBuilder().setType(AttributeType.STRING).setS(text));
  }

  OnnxNode withAll(String name, long... values) {
    AttributeProto.Builder attribute = AttributeProto.newBuilder().setType(AttributeType.INTS);
    Arrays.stream(values).forEach(attribute::addInts);
    return with(name, attribute);
  }

  private OnnxNode with(String name, AttributeProto.Builder attribute) {
    proto.addAttribute(attribute.setName(name));
    return this;
  }

  /**
   * Adds the node.
   *
   * @param output what to call its value
   * @return the output
   */
  String to(String output) {
    return to(List.of(output));
  }

  /**
   * Adds a node of several values.
   *
   * @return the last output
   */
  String to(List<String> outputs) {
    String last = outputs.get(outputs.size() - 1);
    nodes.add(proto.setName(last).addAllOutput(outputs).build());
    return last;
  }
}

package org.diffusion4j.core.onnx;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import onnx.Onnx.GraphProto;
import onnx.Onnx.TensorProto;
import onnx.Onnx.TensorShapeProto;
import onnx.Onnx.TensorShapeProto.Dimension;
import onnx.Onnx.TypeProto;
import onnx.Onnx.ValueInfoProto;
import org.diffusion4j.core.check.Require;
import org.diffusion4j.core.graph.ArgMin;
import org.diffusion4j.core.graph.Convolution2d;
import org.diffusion4j.core.graph.Embedding;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Layer;
import org.diffusion4j.core.graph.MaxPool2dIndices;
import org.diffusion4j.core.graph.OneHot;
import org.diffusion4j.core.graph.ParameterLayout;
import org.diffusion4j.core.graph.ParameterSpec;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.graph.TransposedConvolution2d;
import org.nd4j.linalg.api.buffer.DataType;

/** The part of a graph that some of its tensors need. */
final class GraphPart {
  private static final String NAME = "graph";

  private final Graph graph;
  private final Set<String> outputs;
  private final List<Graph.Node> nodes;
  private final Set<String> needed = new HashSet<>();

  /**
   * What some outputs need.
   *
   * @throws IllegalArgumentException if an output is unknown, or no layer gives it
   */
  GraphPart(Graph graph, List<String> outputs) {
    this.graph = graph;
    this.outputs = new LinkedHashSet<>(outputs);
    Require.positive("number of outputs", outputs.size());
    this.nodes = graph.nodesOf(outputs.stream().map(graph::tensor).toList());
    Set<Tensor> computed = new HashSet<>();
    for (Graph.Node node : nodes) {
      computed.add(node.output());
      needed.add(node.output().name());
      node.layer().inputs().forEach(input -> needed.add(input.name()));
    }
    for (String name : outputs) {
      Require.that(
          computed.contains(graph.tensor(name)), "output", name, "must be computed by a layer");
    }
  }

  /** The parameters among what is needed. */
  List<ParameterSpec> parameters() {
    return graph.parameters().stream().filter(spec -> needed.contains(spec.name())).toList();
  }

  private List<Graph.Input> inputs() {
    return graph.inputs().values().stream()
        .filter(input -> needed.contains(input.tensor().name()))
        .toList();
  }

  /** The parameters that are the weights of convolutions and nothing else. */
  Set<String> kernels() {
    Set<String> others = new HashSet<>();
    for (Graph.Node node : nodes) {
      List<Tensor> inputs = new ArrayList<>(node.layer().inputs());
      if (node.layer() instanceof Convolution2d
          || node.layer() instanceof TransposedConvolution2d) {
        inputs.remove(1);
      }
      inputs.forEach(input -> others.add(input.name()));
    }
    Set<String> kernels = new HashSet<>();
    for (ParameterSpec spec : parameters()) {
      if (spec.layout() == ParameterLayout.CONV2D && !others.contains(spec.name())) {
        kernels.add(spec.name());
      }
    }
    return kernels;
  }

  /** All but the weights. */
  GraphProto toOnnx(LayerForms forms) {
    GraphProto.Builder proto = GraphProto.newBuilder().setName(NAME);
    Set<String> reserved = new HashSet<>(needed);
    reserved.addAll(outputs);
    OnnxNodes onnx = new OnnxNodes(proto, kernels(), reserved);
    Map<String, DataType> types = new HashMap<>();
    for (Graph.Input input : inputs()) {
      onnx.bind(input.tensor(), input.tensor().name());
      types.put(input.tensor().name(), input.type());
      proto.addInput(info(input.tensor().name(), input.tensor(), input.type()));
    }
    for (ParameterSpec spec : parameters()) {
      Tensor tensor = graph.tensor(spec.name());
      onnx.bind(tensor, spec.name());
      types.put(spec.name(), DataType.FLOAT);
    }

    Map<Tensor, String> outputNames = new LinkedHashMap<>();
    outputs.forEach(name -> outputNames.putIfAbsent(graph.tensor(name), name));
    for (Graph.Node node : nodes) {
      Tensor output = node.output();
      String wished = outputNames.getOrDefault(output, output.name());
      onnx.bind(output, forms.add(node.layer(), wished, onnx));
      types.put(output.name(), type(node.layer(), types));
    }
    for (String name : outputs) {
      Tensor tensor = graph.tensor(name);
      String value = onnx.value(tensor);
      if (!value.equals(name)) {
        onnx.op("Identity", value).to(name);
      }
      proto.addOutput(info(name, tensor, types.get(tensor.name())));
    }
    return proto.build();
  }

  /** What a layer gives: floating point or whole numbers. */
  private static DataType type(Layer layer, Map<String, DataType> types) {
    if (layer instanceof ArgMin || layer instanceof MaxPool2dIndices) {
      return DataType.INT64;
    }
    boolean makesNumbers =
        layer.inputs().isEmpty() || layer instanceof Embedding || layer instanceof OneHot;
    return makesNumbers ? DataType.FLOAT : types.get(layer.inputs().get(0).name());
  }

  private static ValueInfoProto info(String name, Tensor tensor, DataType type) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    tensor.shape().forEach(size -> shape.addDim(Dimension.newBuilder().setDimValue(size)));
    TensorProto.DataType elements =
        type == DataType.INT64 ? TensorProto.DataType.INT64 : TensorProto.DataType.FLOAT;
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder()
                        .setElemType(elements.getNumber())
                        .setShape(shape)))
        .build();
  }
}

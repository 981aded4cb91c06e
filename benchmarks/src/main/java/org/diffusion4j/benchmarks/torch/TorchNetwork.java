package org.diffusion4j.benchmarks.torch;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.diffusion4j.core.graph.Constant;
import org.diffusion4j.core.graph.Convolution2d;
import org.diffusion4j.core.graph.Dense;
import org.diffusion4j.core.graph.Graph;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A graph's layers as torch's operations, one after the other.
 *
 * <p>Images are {@code [n, c, h, w]} with their channels last in memory, as PyTorch advises for
 * CPUs. Every tensor is freed where nothing needs it any longer, as Python's references do it.
 */
public final class TorchNetwork implements AutoCloseable {
  /** What torch says of its build. */
  private static final Pattern CONFIG =
      Pattern.compile(
          "MKL-DNN v(?<onednn>[\\d.]+).*BLAS_INFO=(?<blas>\\w+).*TORCH_VERSION=(?<torch>[\\d.]+)",
          Pattern.DOTALL);

  private final Graph graph;
  private final TorchParameters parameters;
  private final TorchFormat format;
  private final org.diffusion4j.core.graph.Tensor output;
  private final Map<String, Tensor> constants = new HashMap<>();
  private final Set<String> converted = new HashSet<>();

  /** The layers that the output needs. */
  private final List<Graph.Node> nodes = new ArrayList<>();

  /** The values that nothing needs after the layer of that index. */
  private final Map<Integer, List<String>> lastUses = new HashMap<>();

  TorchNetwork(Graph graph, TorchParameters parameters, TorchFormat format, String output) {
    this.graph = graph;
    this.parameters = parameters;
    this.format = format;
    this.output = graph.tensor(output);
    parameters.convert(format);
    plan();
  }

  /**
   * A network that predicts.
   *
   * @param parameters which the network takes over
   * @param bfloat16 whether weights and activations are bfloat16, or else float32
   * @param output a tensor of the graph by name
   */
  public static TorchNetwork forward(
      Graph graph, TorchParameters parameters, boolean bfloat16, String output) {
    ScalarType type = bfloat16 ? ScalarType.BFloat16 : ScalarType.Float;
    return new TorchNetwork(graph, parameters, new TorchFormat(type, true), output);
  }

  /** PyTorch's version, and those of what it computes with. */
  public static String version() {
    String config = torch.show_config().getString();
    Matcher matcher = CONFIG.matcher(config);
    return matcher.find()
        ? String.format(
            Locale.ROOT,
            "PyTorch %s, oneDNN %s, BLAS %s",
            matcher.group("torch"),
            matcher.group("onednn"),
            matcher.group("blas"))
        : config;
  }

  private void plan() {
    Set<String> needed = new HashSet<>(Set.of(output.name()));
    for (int i = graph.nodes().size() - 1; i >= 0; i--) {
      Graph.Node node = graph.nodes().get(i);
      if (needed.contains(node.output().name())) {
        node.layer().inputs().forEach(input -> needed.add(input.name()));
        nodes.add(node);
      }
    }
    Collections.reverse(nodes);
    Map<String, Integer> uses = new HashMap<>();
    for (int i = 0; i < nodes.size(); i++) {
      Graph.Node node = nodes.get(i);
      for (org.diffusion4j.core.graph.Tensor input : node.layer().inputs()) {
        uses.put(input.name(), i);
      }
      if (node.layer() instanceof Constant constant) {
        constants.put(node.output().name(), constant(constant));
      } else if (node.layer() instanceof Convolution2d || node.layer() instanceof Dense) {
        converted.add(node.layer().inputs().get(0).name());
      }
    }
    for (int i = 0; i < nodes.size(); i++) {
      String name = nodes.get(i).output().name();
      if (uses.containsKey(name) && !constants.containsKey(name)) {
        lastUses.computeIfAbsent(uses.get(name), index -> new ArrayList<>()).add(name);
      }
    }
  }

  private static Tensor constant(Constant constant) {
    float[] values = new float[constant.values().size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = constant.values().get(i).floatValue();
    }
    return Tensor.create(values, constant.outputShape());
  }

  /**
   * The inputs as this network takes them.
   *
   * <p>Those that layers with weights read are in the weights' type; others, such as timesteps,
   * stay in float32, as the embeddings of times do in Python.
   */
  public Map<String, Tensor> inputs(Map<String, INDArray> arrays) {
    Map<String, Tensor> inputs = TorchTensors.of(arrays);
    inputs.replaceAll(
        (name, tensor) -> {
          ScalarType type = converted.contains(name) ? format.type() : ScalarType.Float;
          return new TorchFormat(type, format.channelsLast()).convert(tensor);
        });
    return inputs;
  }

  /** The values of the output in C order, computed without gradients. */
  public float[] run(Map<String, Tensor> inputs) {
    return TorchScope.inferring(
        () -> {
          try (Tensor result = compute(inputs)) {
            return TorchTensors.floats(result);
          }
        });
  }

  /** The output, which the caller closes. */
  Tensor compute(Map<String, Tensor> inputs) {
    Map<String, Tensor> values = new HashMap<>();
    TorchLayers layers = new TorchLayers(tensor -> value(tensor.name(), values, inputs));
    for (int i = 0; i < nodes.size(); i++) {
      Graph.Node node = nodes.get(i);
      if (!constants.containsKey(node.output().name())) {
        Tensor result =
            TorchScope.freeing(() -> layers.apply(node.layer()).<Tensor>retainReference());
        values.put(node.output().name(), result);
      }
      for (String name : lastUses.getOrDefault(i, List.of())) {
        values.remove(name).close();
      }
    }
    return values.get(output.name());
  }

  private Tensor value(String name, Map<String, Tensor> values, Map<String, Tensor> inputs) {
    for (Map<String, Tensor> known : List.of(values, parameters.tensors(), constants, inputs)) {
      Tensor tensor = known.get(name);
      if (tensor != null) {
        return tensor;
      }
    }
    throw new IllegalArgumentException("no input is named " + name);
  }

  /** The parameters by name. */
  Map<String, Tensor> parameters() {
    return parameters.tensors();
  }

  @Override
  public void close() {
    parameters.close();
    constants.values().forEach(Tensor::close);
  }
}

package org.diffusion4j.core.graph;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.diffusion4j.core.check.Require;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * A network, built layer by layer for one shape of its inputs.
 *
 * <p>Every call adds one {@link Layer} record to the list that {@link #nodes()} gives. Shapes are
 * checked as the graph grows; nothing is computed.
 *
 * <p>A graph holds no weights: a {@link #parameter} is a name, a layout and a shape, and an
 * executor brings the values. Names are scoped: {@code graph.scope("down_blocks.0")} is a view on
 * the same graph that puts {@code down_blocks.0.} before every name, so that parameters are called
 * what the ecosystem's files call them.
 *
 * <pre>{@code
 * Graph graph = new Graph();
 * Tensor x = graph.input("x", 8, 784);
 * Tensor weight = graph.parameter("fc.weight", ParameterLayout.LINEAR, Initializer.fanIn(784), 784, 10);
 * Tensor logits = graph.named("logits", graph.dense(x, weight));
 * }</pre>
 */
public final class Graph {
  /** An input: its tensor and the type of its values. */
  public record Input(Tensor tensor, DataType type) {}

  /** A layer and the tensor that it gives. */
  public record Node(Layer layer, Tensor output) {}

  /** What all scoped views of a graph share. */
  private static final class State {
    final DataType dataType;
    final Map<String, Input> inputs = new LinkedHashMap<>();
    final Map<String, ParameterSpec> parameters = new LinkedHashMap<>();
    final Map<String, Tensor> tensors = new LinkedHashMap<>();
    final List<Node> nodes = new ArrayList<>();

    State(DataType dataType) {
      this.dataType = dataType;
    }
  }

  private final State state;
  private final String prefix;

  /** By the names of the weights. */
  private final Map<String, LowRankUpdate> updates;

  /** An empty graph that computes in FLOAT. */
  public Graph() {
    this(DataType.FLOAT);
  }

  /**
   * An empty graph.
   *
   * @param dataType FLOAT, or DOUBLE for gradient checks
   */
  public Graph(DataType dataType) {
    this(new State(dataType), "", Map.of());
    Require.that(
        dataType == DataType.FLOAT || dataType == DataType.DOUBLE,
        "dataType",
        dataType,
        "must be FLOAT or DOUBLE");
  }

  private Graph(State state, String prefix, Map<String, LowRankUpdate> updates) {
    this.state = state;
    this.prefix = prefix;
    this.updates = updates;
  }

  /** This graph under a longer prefix. */
  public Graph scope(String name) {
    return new Graph(state, prefix + name + ".", updates);
  }

  /**
   * This graph with low-rank branches: a linear layer or a convolution that is added to what this
   * gives gets one where its weight is named here.
   *
   * @param updates by the full names of the weights
   */
  public Graph withUpdates(Map<String, LowRankUpdate> updates) {
    return new Graph(state, prefix, Map.copyOf(updates));
  }

  /** Where an update adds its branch: under the full names of its parameters. */
  private Graph root() {
    return new Graph(state, "", Map.of());
  }

  /** An input of floating-point values; its name is not scoped. */
  public Tensor input(String name, long... shape) {
    return input(name, state.dataType, shape);
  }

  /** An input of whole numbers, such as token ids; its name is not scoped. */
  public Tensor inputIds(String name, long... shape) {
    return input(name, DataType.INT64, shape);
  }

  private Tensor input(String name, DataType type, long... shape) {
    Tensor tensor = add(new Tensor(this, name, shape));
    state.inputs.put(name, new Input(tensor, type));
    return tensor;
  }

  /**
   * A parameter of this scope; asking again for the same name gives the same parameter.
   *
   * @param shape the shape in memory, see {@link ParameterLayout}
   * @throws IllegalArgumentException if the name is taken by a parameter of another shape
   */
  public Tensor parameter(
      String name, ParameterLayout layout, Initializer initializer, long... shape) {
    String fullName = prefix + name;
    ParameterSpec spec =
        new ParameterSpec(fullName, layout, initializer, Arrays.stream(shape).boxed().toList());
    ParameterSpec known = state.parameters.get(fullName);
    if (known != null) {
      if (!known.equals(spec)) {
        throw new IllegalArgumentException(
            "parameter " + fullName + " is already declared as " + known);
      }
      return state.tensors.get(fullName);
    }
    Tensor tensor = new Tensor(this, fullName, shape);
    for (long size : shape) {
      Require.that(size > 0, "shape of parameter", tensor, "must have no empty axis");
    }
    add(tensor);
    state.parameters.put(fullName, spec);
    return tensor;
  }

  /**
   * Makes a tensor known under a further name of this scope, by which executors give its value.
   *
   * @return the tensor
   */
  public Tensor named(String name, Tensor tensor) {
    return add(prefix + name, tensor);
  }

  /** Convolution; see {@link Convolution2d}. */
  public Tensor conv2d(Tensor x, Tensor weight, Tensor bias, ConvSettings settings) {
    return conv2d(new Convolution2d(x, weight, Optional.of(bias), settings));
  }

  /** Convolution without bias; see {@link Convolution2d}. */
  public Tensor conv2d(Tensor x, Tensor weight, ConvSettings settings) {
    return conv2d(new Convolution2d(x, weight, Optional.empty(), settings));
  }

  private Tensor conv2d(Convolution2d conv) {
    Tensor y = add(conv);
    LowRankUpdate update = updates.get(conv.weight().name());
    return update == null ? y : update.beside(root(), weightOf(conv.weight()), conv, y);
  }

  /** Transposed convolution; see {@link TransposedConvolution2d}. */
  public Tensor convTranspose2d(
      Tensor x, Tensor weight, Tensor bias, ConvSettings settings, Size2d outputPadding) {
    return add(new TransposedConvolution2d(x, weight, Optional.of(bias), settings, outputPadding));
  }

  /** Transposed convolution without bias; see {@link TransposedConvolution2d}. */
  public Tensor convTranspose2d(
      Tensor x, Tensor weight, ConvSettings settings, Size2d outputPadding) {
    return add(new TransposedConvolution2d(x, weight, Optional.empty(), settings, outputPadding));
  }

  /** A linear layer on the last axis; see {@link Dense}. */
  public Tensor dense(Tensor x, Tensor weight, Tensor bias) {
    return dense(new Dense(x, weight, Optional.of(bias)));
  }

  /** A linear layer without bias; see {@link Dense}. */
  public Tensor dense(Tensor x, Tensor weight) {
    return dense(new Dense(x, weight, Optional.empty()));
  }

  private Tensor dense(Dense dense) {
    Tensor y = add(dense);
    LowRankUpdate update = updates.get(dense.weight().name());
    return update == null ? y : update.beside(root(), weightOf(dense.weight()), dense, y);
  }

  private ParameterSpec weightOf(Tensor parameter) {
    return state.parameters.get(parameter.name());
  }

  /** Group normalization; see {@link GroupNormalization}. */
  public Tensor groupNorm(Tensor x, Tensor weight, Tensor bias, int groups, double epsilon) {
    return add(new GroupNormalization(x, Optional.of(weight), Optional.of(bias), groups, epsilon));
  }

  /** Group normalization without weight and bias; see {@link GroupNormalization}. */
  public Tensor groupNorm(Tensor x, int groups, double epsilon) {
    return add(new GroupNormalization(x, Optional.empty(), Optional.empty(), groups, epsilon));
  }

  /** Batch normalization with given statistics; see {@link BatchNormalization}. */
  public Tensor batchNorm(
      Tensor x, Tensor mean, Tensor variance, Tensor weight, Tensor bias, double epsilon) {
    return add(new BatchNormalization(x, mean, variance, weight, bias, epsilon));
  }

  /**
   * Layer normalization over as many last axes as the weight has; see {@link LayerNormalization}.
   */
  public Tensor layerNorm(Tensor x, Tensor weight, Tensor bias, double epsilon) {
    return add(
        new LayerNormalization(x, weight.shape(), Optional.of(weight), Optional.of(bias), epsilon));
  }

  /** Layer normalization without weight and bias; see {@link LayerNormalization}. */
  public Tensor layerNorm(Tensor x, double epsilon, long... normalizedShape) {
    return add(
        new LayerNormalization(
            x,
            Arrays.stream(normalizedShape).boxed().toList(),
            Optional.empty(),
            Optional.empty(),
            epsilon));
  }

  /** Multi-head attention; see {@link Attention}. */
  public Tensor attention(Tensor query, Tensor key, Tensor value, int heads, double scale) {
    return add(new Attention(query, key, value, Optional.empty(), heads, scale));
  }

  /** Multi-head attention with a mask; see {@link Attention}. */
  public Tensor attention(
      Tensor query, Tensor key, Tensor value, Tensor mask, int heads, double scale) {
    return add(new Attention(query, key, value, Optional.of(mask), heads, scale));
  }

  /** What the queries of multi-head attention look at; see {@link AttentionWeights}. */
  public Tensor attentionWeights(Tensor query, Tensor key, int heads, double scale) {
    return add(new AttentionWeights(query, key, Optional.empty(), heads, scale));
  }

  /** What they look at with a mask; see {@link AttentionWeights}. */
  public Tensor attentionWeights(Tensor query, Tensor key, Tensor mask, int heads, double scale) {
    return add(new AttentionWeights(query, key, Optional.of(mask), heads, scale));
  }

  /** Rows of a parameter by the ids of an input; see {@link Embedding}. */
  public Tensor embedding(Tensor table, Tensor ids) {
    Require.that(state.parameters.containsKey(table.name()), "table", table, "must be a parameter");
    Require.that(isInputOfIds(ids), "ids", ids, "must be an input of ids");
    return add(new Embedding(table, ids));
  }

  /** Ids, of an input or of {@link #argMin}, as rows with a single 1; see {@link OneHot}. */
  public Tensor oneHot(Tensor ids, int depth) {
    Require.that(
        isInputOfIds(ids) || isOutputOf(ArgMin.class, ids), "ids", ids, "must be an input of ids");
    return add(new OneHot(ids, depth));
  }

  private boolean isInputOfIds(Tensor tensor) {
    Input input = state.inputs.get(tensor.name());
    return input != null && input.type() == DataType.INT64;
  }

  private boolean isOutputOf(Class<? extends Layer> kind, Tensor tensor) {
    return state.nodes.stream()
        .anyMatch(node -> node.output().equals(tensor) && kind.isInstance(node.layer()));
  }

  /**
   * {@code a + b}, broadcast, as a layer of this scope: what {@link Tensor#plus} adds is of the
   * scope that its first tensor is of, which is not that of the block that adds a residual.
   */
  public Tensor plus(Tensor a, Tensor b) {
    return add(new Binary(a, b, BinaryFunction.ADD));
  }

  /** {@code x * scale + offset}. */
  public Tensor affine(Tensor x, double scale, double offset) {
    return add(new Affine(x, scale, offset));
  }

  /** A function of every value. */
  public Tensor apply(UnaryFunction function, Tensor x) {
    return add(new Unary(x, function));
  }

  /** {@code x}, scaled where it is negative; see {@link LeakyRelu}. */
  public Tensor leakyRelu(Tensor x, double negativeSlope) {
    return add(new LeakyRelu(x, negativeSlope));
  }

  /** {@code x}, exponential where it is negative; see {@link Elu}. */
  public Tensor elu(Tensor x, double alpha) {
    return add(new Elu(x, alpha));
  }

  /** {@code min(max(x, minimum), maximum)}. */
  public Tensor clip(Tensor x, double minimum, double maximum) {
    return add(new Clip(x, minimum, maximum));
  }

  /** Softmax over the last axis. */
  public Tensor softmax(Tensor x) {
    return softmax(x, -1);
  }

  /** Softmax over an axis. */
  public Tensor softmax(Tensor x, int axis) {
    return add(new Softmax(x, axis, false));
  }

  /** The logarithm of softmax over the last axis. */
  public Tensor logSoftmax(Tensor x) {
    return logSoftmax(x, -1);
  }

  /** The logarithm of softmax over an axis. */
  public Tensor logSoftmax(Tensor x, int axis) {
    return add(new Softmax(x, axis, true));
  }

  /** The matrix product {@code a b}. */
  public Tensor matMul(Tensor a, Tensor b) {
    return add(new MatMul(a, b, false));
  }

  /** The matrix product {@code a b^T}. */
  public Tensor matMulTransposed(Tensor a, Tensor b) {
    return add(new MatMul(a, b, true));
  }

  /** The sum over the axes, all if none is given; they are kept with size 1. */
  public Tensor sum(Tensor x, boolean keepAxes, Integer... axes) {
    return add(new Reduce(x, Reduce.Reduction.SUM, List.of(axes), keepAxes));
  }

  /** The mean over the axes, all if none is given. */
  public Tensor mean(Tensor x, boolean keepAxes, Integer... axes) {
    return add(new Reduce(x, Reduce.Reduction.MEAN, List.of(axes), keepAxes));
  }

  /** The largest value over the axes, all if none is given. */
  public Tensor max(Tensor x, boolean keepAxes, Integer... axes) {
    return add(new Reduce(x, Reduce.Reduction.MAX, List.of(axes), keepAxes));
  }

  /** The same values under another shape. */
  public Tensor reshape(Tensor x, long... shape) {
    return add(new Reshape(x, Arrays.stream(shape).boxed().toList()));
  }

  /** The axes in another order. */
  public Tensor permute(Tensor x, Integer... axes) {
    return add(new Permute(x, List.of(axes)));
  }

  /** The tensors joined along an axis. */
  public Tensor concat(int axis, Tensor... tensors) {
    return add(new Concat(List.of(tensors), axis));
  }

  /** The part of an axis from {@code from} up to, not including, {@code to}. */
  public Tensor slice(Tensor x, int axis, long from, long to) {
    return add(new Slice(x, axis, from, to));
  }

  /** Zeros around images. */
  public Tensor pad2d(Tensor x, int left, int right, int top, int bottom) {
    return add(new Pad2d(x, left, right, top, bottom));
  }

  /** Nearest-neighbour enlargement of images by a whole factor. */
  public Tensor upsample2d(Tensor x, int factor) {
    return add(new NearestUpsampling2d(x, factor));
  }

  /** Images resampled to a size; see {@link Interpolation}. */
  public Tensor interpolateTo(Tensor x, Interpolation mode, long height, long width) {
    return add(Interpolate2d.toSize(x, mode, height, width));
  }

  /** Images resampled by factors of their size, which is rounded down. */
  public Tensor interpolateBy(Tensor x, Interpolation mode, double down, double across) {
    return add(Interpolate2d.byFactors(x, mode, down, across));
  }

  /** The largest value of each window. */
  public Tensor maxPool2d(Tensor x, PoolSettings settings) {
    return add(new MaxPool2d(x, settings));
  }

  /** Where the largest values of the windows are; see {@link MaxPool2dIndices}. */
  public Tensor maxPool2dIndices(Tensor x, PoolSettings settings) {
    return add(new MaxPool2dIndices(x, settings));
  }

  /** Pooled values put back where they came from; see {@link MaxUnpool2d}. */
  public Tensor maxUnpool2d(Tensor x, Tensor indices, long height, long width) {
    return maxUnpool2d(new MaxUnpool2d(x, indices, height, width));
  }

  /** As above, to the least size that the pooling takes to that of x. */
  public Tensor maxUnpool2d(Tensor x, Tensor indices, PoolSettings settings) {
    return maxUnpool2d(MaxUnpool2d.of(x, indices, settings));
  }

  private Tensor maxUnpool2d(MaxUnpool2d unpooling) {
    Tensor indices = unpooling.indices();
    Require.that(
        isInputOfIds(indices) || isOutputOf(MaxPool2dIndices.class, indices),
        "indices",
        indices,
        "must be of whole numbers");
    return add(unpooling);
  }

  /** The mean of each window; see {@link AvgPool2d}. */
  public Tensor avgPool2d(Tensor x, PoolSettings settings) {
    return add(new AvgPool2d(x, settings));
  }

  /** Where along an axis the smallest values are; see {@link ArgMin}. */
  public Tensor argMin(Tensor x, int axis) {
    return add(new ArgMin(x, axis));
  }

  /** The same values without a gradient. */
  public Tensor stopGradient(Tensor x) {
    return add(new StopGradient(x));
  }

  /** Fixed values, in C order. */
  public Tensor constant(double[] values, long... shape) {
    return add(
        new Constant(
            Arrays.stream(values).boxed().toList(), Arrays.stream(shape).boxed().toList()));
  }

  /**
   * Adds a layer, which may be of a kind of your own: an executor that knows it runs the graph.
   *
   * @return what the layer gives
   * @throws IllegalArgumentException if one of its inputs is of another graph
   */
  public Tensor add(Layer layer) {
    for (Tensor input : layer.inputs()) {
      Require.that(input.graph().state == state, "tensor", input, "must be of this graph");
    }
    String kind = layer.getClass().getSimpleName();
    Tensor output =
        add(new Tensor(this, prefix + kind + "#" + state.nodes.size(), layer.outputShape()));
    state.nodes.add(new Node(layer, output));
    return output;
  }

  private Tensor add(Tensor tensor) {
    return add(tensor.name(), tensor);
  }

  private Tensor add(String fullName, Tensor tensor) {
    boolean isNew = state.tensors.putIfAbsent(fullName, tensor) == null;
    Require.that(isNew, "name", fullName, "is already taken");
    return tensor;
  }

  /** FLOAT or DOUBLE. */
  public DataType dataType() {
    return state.dataType;
  }

  /** The inputs by name, in the order of their declaration. */
  public Map<String, Input> inputs() {
    return Collections.unmodifiableMap(state.inputs);
  }

  /**
   * The input that values are given for.
   *
   * @param shape of the values
   * @throws IllegalArgumentException if no input has that name, or if its shape is another
   */
  public Input requireInput(String name, long... shape) {
    Input input = state.inputs.get(name);
    Require.that(input != null, "input", name, "must be one of " + state.inputs.keySet());
    Require.that(
        Arrays.equals(shape, input.tensor().shapeArray()),
        "shape of input " + name,
        Arrays.toString(shape),
        "must be " + input.tensor().shape());
    return input;
  }

  /** The parameters, in the order of their first use. */
  public List<ParameterSpec> parameters() {
    return List.copyOf(state.parameters.values());
  }

  /** The layers in an order in which they can be computed. */
  public List<Node> nodes() {
    return Collections.unmodifiableList(state.nodes);
  }

  /** The layers that tensors depend on, in their order. */
  public List<Node> nodesOf(Collection<Tensor> outputs) {
    Set<Tensor> needed = new HashSet<>(outputs);
    Deque<Node> found = new ArrayDeque<>();
    for (int i = state.nodes.size() - 1; i >= 0; i--) {
      Node node = state.nodes.get(i);
      if (needed.contains(node.output())) {
        found.addFirst(node);
        needed.addAll(node.layer().inputs());
      }
    }
    return List.copyOf(found);
  }

  /** The tensors by every name that they have: their own, and those of {@link #named}. */
  public Map<String, Tensor> tensors() {
    return Collections.unmodifiableMap(state.tensors);
  }

  /**
   * The tensor of a name: an input, a parameter, a layer's output or what {@link #named} named.
   *
   * @throws IllegalArgumentException if there is none
   */
  public Tensor tensor(String name) {
    Tensor tensor = state.tensors.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException("no tensor of the graph is named " + name);
    }
    return tensor;
  }
}

package org.diffusion4j.core.execution.onednn;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.diffusion4j.core.execution.Precision;
import org.diffusion4j.core.execution.kernel.Kernel;
import org.diffusion4j.core.execution.kernel.KernelParts;
import org.diffusion4j.core.execution.kernel.KernelPass;
import org.diffusion4j.core.execution.plan.ElementType;
import org.diffusion4j.core.execution.plan.Storage;
import org.diffusion4j.core.execution.plan.View;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Layer;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.weights.Weights;
import org.nd4j.linalg.api.buffer.DataType;

/** Turns a graph's list of layers into a plan. */
final class GraphCompiler {
  /** What is put before a layer's kind in profiles of its way back. */
  private static final String BACKWARD = "backward ";

  /** The label of the steps that copy results to arrays of their own. */
  private static final String RESULTS = "results";

  private final Graph graph;
  private final Weights weights;
  private final Precision precision;
  private final Lowerings lowerings;

  GraphCompiler(Graph graph, Weights weights, Precision precision) {
    this(graph, weights, precision, Lowerings.ALL);
  }

  GraphCompiler(Graph graph, Weights weights, Precision precision, Lowerings lowerings) {
    this.graph = graph;
    this.weights = weights;
    this.precision = precision;
    this.lowerings = lowerings;
  }

  /** A plan that computes outputs. */
  CompiledGraph forward(Collection<String> outputs) {
    return compile(
        compilation -> {
          compilation.lower(outputs, false);
          return compilation.finish(outputs);
        });
  }

  /** A plan that computes a loss, its gradients, and outputs. */
  CompiledGraph gradients(
      String loss, Collection<String> withRespectTo, Collection<String> outputs) {
    Set<String> all = new LinkedHashSet<>(outputs);
    all.add(loss);
    return compile(
        compilation -> {
          compilation.lower(all, true);
          compilation.differentiate(loss, withRespectTo);
          return compilation.finish(all);
        });
  }

  /** A compilation that fails leaves nothing outside of Java's heap behind. */
  private CompiledGraph compile(Function<Compilation, CompiledGraph> steps) {
    Compilation compilation = new Compilation();
    try {
      return steps.apply(compilation);
    } catch (RuntimeException | Error e) {
      compilation.abandon();
      throw e;
    }
  }

  /** What one compilation puts together. */
  private final class Compilation {
    private final NativeScope scope = new NativeScope();
    private final PrimitivePlan plan = new PrimitivePlan(scope);
    private List<Graph.Node> nodes = List.of();
    private List<Kernel> kernels = List.of();
    private Parameters parameters;
    private Forward forward;
    private final Map<String, CompiledGraph.Port> inputs = new LinkedHashMap<>();
    private final Map<String, CompiledGraph.Port> outputs = new LinkedHashMap<>();
    private final Map<String, CompiledGraph.Port> gradients = new LinkedHashMap<>();

    /** Adds the layers that tensors depend on. */
    void lower(Collection<String> names, boolean training) {
      Set<Tensor> ends = tensors(names);
      nodes = graph.nodesOf(ends);
      parameters = new Parameters(weights, plan, !training);
      forward = new Forward(graph, plan, parameters, precision, training);
      graph.inputs().values().forEach(this::addInput);
      kernels = KernelPass.kernels(nodes, ends, training, new OneDnnKernels(training));
      kernels.forEach(this::lower);
    }

    private Set<Tensor> tensors(Collection<String> names) {
      return names.stream().map(graph::tensor).collect(Collectors.toSet());
    }

    private void addInput(Graph.Input input) {
      ElementType type = input.type() == DataType.INT64 ? ElementType.S64 : ElementType.F32;
      Tensor tensor = input.tensor();
      CompiledGraph.Port port = port(type, tensor.shapeArray());
      inputs.put(tensor.name(), port);
      forward.define(tensor, port.view());
    }

    private static CompiledGraph.Port port(ElementType type, long... shape) {
      Storage storage = Storage.ofCaller(View.length(shape) * type.bytes());
      return new CompiledGraph.Port(View.contiguous(storage, type, shape));
    }

    private void lower(Kernel kernel) {
      plan.label(kind(kernel.root()));
      KernelParts<Layer> parts = KernelParts.of(kernel);
      View view = lowering(kernel.root()).forward(forward, parts);
      parts.requireAllTaken();
      forward.define(kernel.output(), view);
    }

    private static String kind(Graph.Node node) {
      return node.layer().getClass().getSimpleName();
    }

    @SuppressWarnings("unchecked") // A layer's class is its kind.
    private Lowering<Layer> lowering(Graph.Node node) {
      return lowerings
          .of((Class<Layer>) node.layer().getClass())
          .orElseThrow(
              () ->
                  new IllegalArgumentException(
                      "oneDNN cannot run this graph: " + Lowerings.missing(node)));
    }

    /** Adds the gradients of a loss, and where they go. */
    void differentiate(String loss, Collection<String> withRespectTo) {
      Backward backward = new Backward(forward, nodes, tensors(withRespectTo));
      Map<String, CompiledGraph.Port> offered = offer(backward, withRespectTo);
      Tensor lossTensor = graph.tensor(loss);
      backward.add(lossTensor, plan.constant(new float[] {1}, lossTensor.shapeArray()));
      Map<Tensor, Kernel> byRoot = new HashMap<>();
      kernels.forEach(kernel -> byRoot.put(kernel.root().output(), kernel.withoutEpilogue()));
      for (int i = nodes.size() - 1; i >= 0; i--) {
        Graph.Node node = nodes.get(i);
        plan.label(BACKWARD + kind(node));
        Kernel kernel = byRoot.getOrDefault(node.output(), Kernel.of(node));
        backward
            .gradient(node.output())
            .ifPresent(
                gradient -> lowering(node).backward(backward, KernelParts.of(kernel), gradient));
      }
      plan.label(RESULTS);
      for (String name : withRespectTo) {
        gradients.put(name, gradient(backward, graph.tensor(name), offered.get(name)));
      }
    }

    /** Copies the values of tensors to results, and makes everything ready to run. */
    CompiledGraph finish(Collection<String> names) {
      plan.label(RESULTS);
      names.forEach(name -> outputs.put(name, result(forward.value(graph.tensor(name)))));
      return new CompiledGraph(scope, plan, inputs, outputs, gradients, parameters.acquired());
    }

    /** Gives back what was taken so far. */
    void abandon() {
      if (parameters != null) {
        parameters.acquired().forEach(PackedWeights.Entry::release);
      }
      scope.close();
    }

    private CompiledGraph.Port gradient(
        Backward backward, Tensor tensor, CompiledGraph.Port offered) {
      View view = backward.gradient(tensor).orElse(null);
      if (view == null) {
        return zeros(tensor);
      }
      return offered != null && view == offered.view() ? offered : result(view);
    }

    /** Results for the gradients of parameters that one layer alone reads. */
    private Map<String, CompiledGraph.Port> offer(
        Backward backward, Collection<String> withRespectTo) {
      Map<String, CompiledGraph.Port> ports = new HashMap<>();
      for (String name : withRespectTo) {
        Tensor tensor = graph.tensor(name);
        long readers =
            nodes.stream()
                .flatMap(node -> node.layer().inputs().stream())
                .filter(tensor::equals)
                .count();
        if (readers == 1 && forward.isParameter(tensor)) {
          CompiledGraph.Port port = port(ElementType.F32, tensor.shapeArray());
          ports.put(name, port);
          backward.offer(tensor, port.view());
        }
      }
      return ports;
    }

    private CompiledGraph.Port zeros(Tensor tensor) {
      CompiledGraph.Port port = port(ElementType.F32, tensor.shapeArray());
      Copies.clear(plan, port.view());
      return port;
    }

    private CompiledGraph.Port result(View view) {
      ElementType type = view.type() == ElementType.S64 ? view.type() : ElementType.F32;
      CompiledGraph.Port port = port(type, view.shape());
      Copies.copy(plan, view, port.view());
      return port;
    }
  }
}

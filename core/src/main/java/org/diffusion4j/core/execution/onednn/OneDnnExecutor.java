package org.diffusion4j.core.execution.onednn;

import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import org.diffusion4j.core.check.Require;
import org.diffusion4j.core.execution.Execution;
import org.diffusion4j.core.execution.Gradients;
import org.diffusion4j.core.execution.LayerTime;
import org.diffusion4j.core.execution.NativeThreads;
import org.diffusion4j.core.execution.Precision;
import org.diffusion4j.core.execution.ProfilingExecutor;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.weights.Weights;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Runs a graph's list of layers, compiled to primitives of oneDNN.
 *
 * <p>The first run for some outputs, or for some gradients, compiles a plan: layers are joined,
 * weights laid out as the primitives want them, and memory is planned ahead; later runs execute one
 * primitive after the other. The weights are shared; who changes them in place says so by {@link
 * Weights#changed()}.
 */
public final class OneDnnExecutor implements ProfilingExecutor {
  private record GradientKey(String loss, Set<String> withRespectTo, Set<String> outputs) {}

  private final Graph graph;
  private final Weights weights;
  private final Execution execution;
  private final Map<Set<String>, CompiledGraph> forwards = new HashMap<>();
  private final Map<GradientKey, CompiledGraph> backwards = new HashMap<>();
  private final WaitingThreads.User waiting;
  private boolean closed;

  /**
   * An executor of the graph over the weights on all processors; see {@link OneDnnProvider}.
   *
   * @throws IllegalArgumentException if oneDNN cannot run the graph in this precision, or if the
   *     weights lack a parameter or it has another shape
   */
  public OneDnnExecutor(Graph graph, Weights weights, Precision precision) {
    this(graph, weights, precision, Runtime.getRuntime().availableProcessors());
  }

  /**
   * An executor of the graph over the weights on so many threads.
   *
   * @throws IllegalArgumentException as the other constructor does
   */
  public OneDnnExecutor(Graph graph, Weights weights, Precision precision, int threads) {
    OneDnnProvider.obstacleOf(graph, precision)
        .ifPresent(
            obstacle -> {
              throw new IllegalArgumentException("oneDNN cannot run this graph: " + obstacle);
            });
    this.graph = graph;
    this.weights = weights.requireModel(graph.parameters());
    this.execution = new Execution(OneDnnProvider.NAME, precision, threads);
    this.waiting = WaitingThreads.use();
  }

  @Override
  public Execution execution() {
    return execution;
  }

  private GraphCompiler compiler(boolean training) {
    boolean half =
        execution.precision() == Precision.BF16
            || (execution.precision() == Precision.FAST && !training && Bfloat16.isFaster());
    return new GraphCompiler(graph, weights, half ? Precision.BF16 : Precision.F32);
  }

  @Override
  public synchronized Map<String, INDArray> run(
      Map<String, INDArray> inputs, Collection<String> outputs) {
    requireOpen();
    return run(forward(outputs), inputs, Optional.empty()).outputs();
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the executor is closed");
    }
  }

  private CompiledGraph forward(Collection<String> outputs) {
    return forwards.computeIfAbsent(
        new LinkedHashSet<>(outputs), names -> compile(() -> compiler(false).forward(names)));
  }

  @Override
  public synchronized List<LayerTime> profile(
      Map<String, INDArray> inputs, Collection<String> outputs, int runs, IntConsumer ran) {
    requireOpen();
    Require.positive("runs", runs);
    return profile(forward(outputs), inputs, runs, ran);
  }

  @Override
  public synchronized List<LayerTime> profileGradients(
      Map<String, INDArray> inputs,
      String loss,
      Collection<String> withRespectTo,
      int runs,
      IntConsumer ran) {
    requireOpen();
    Require.positive("runs", runs);
    return profile(backward(loss, withRespectTo, List.of()), inputs, runs, ran);
  }

  private List<LayerTime> profile(
      CompiledGraph compiled, Map<String, INDArray> inputs, int runs, IntConsumer ran) {
    close(run(compiled, inputs, Optional.empty()));
    StepTimes times = new StepTimes();
    for (int i = 1; i <= runs; i++) {
      close(run(compiled, inputs, Optional.of(times)));
      ran.accept(i);
    }
    return times.averages(runs);
  }

  private static void close(CompiledGraph.Results results) {
    results.outputs().values().forEach(INDArray::close);
    results.gradients().values().forEach(INDArray::close);
  }

  @Override
  public synchronized Gradients gradients(
      Map<String, INDArray> inputs,
      String loss,
      Collection<String> withRespectTo,
      Collection<String> outputs) {
    requireOpen();
    CompiledGraph.Results results =
        run(backward(loss, withRespectTo, outputs), inputs, Optional.empty());
    double value = results.outputs().get(loss).getDouble(0);
    Map<String, INDArray> asked = new LinkedHashMap<>(results.outputs());
    if (!outputs.contains(loss)) {
      asked.remove(loss).close();
    }
    return new Gradients(value, results.gradients(), asked);
  }

  private CompiledGraph backward(
      String loss, Collection<String> withRespectTo, Collection<String> outputs) {
    if (graph.tensor(loss).length() != 1) {
      throw new IllegalArgumentException("loss (=" + graph.tensor(loss) + ") must be a scalar");
    }
    GradientKey key =
        new GradientKey(loss, new LinkedHashSet<>(withRespectTo), new LinkedHashSet<>(outputs));
    return backwards.computeIfAbsent(
        key,
        k -> compile(() -> compiler(true).gradients(k.loss(), k.withRespectTo(), k.outputs())));
  }

  /** Primitives divide their work by the number of threads that they are made under. */
  private CompiledGraph compile(Supplier<CompiledGraph> compilation) {
    return NativeThreads.call(execution.threads(), compilation);
  }

  private CompiledGraph.Results run(
      CompiledGraph compiled, Map<String, INDArray> inputs, Optional<StepTimes> times) {
    Map<String, INDArray> arrays = new LinkedHashMap<>();
    List<INDArray> copies = new ArrayList<>();
    try {
      inputs.forEach((name, array) -> arrays.put(name, plain(name, array, copies)));
      return NativeThreads.call(execution.threads(), () -> compiled.run(weights, arrays, times));
    } finally {
      copies.forEach(INDArray::close);
      // Native code reads the memory of arrays that Java may take for garbage by then.
      Reference.reachabilityFence(inputs);
      Reference.reachabilityFence(arrays);
      Reference.reachabilityFence(this);
    }
  }

  /**
   * An input's values in C order and in the graph's type.
   *
   * @param copies takes the arrays that had to be made for it
   */
  private INDArray plain(String name, INDArray array, List<INDArray> copies) {
    INDArray typed = array.castTo(graph.requireInput(name, array.shape()).type());
    if (typed != array) {
      copies.add(typed);
    }
    if (isPlain(typed)) {
      return typed;
    }
    INDArray plain = typed.dup('c');
    copies.add(plain);
    return plain;
  }

  private static boolean isPlain(INDArray array) {
    return !array.isView() && array.ordering() == 'c';
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    waiting.close();
    forwards.values().forEach(CompiledGraph::close);
    backwards.values().forEach(CompiledGraph::close);
    forwards.clear();
    backwards.clear();
  }
}

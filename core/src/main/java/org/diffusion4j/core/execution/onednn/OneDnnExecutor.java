package org.diffusion4j.core.execution.onednn;

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
import org.diffusion4j.core.check.Require;
import org.diffusion4j.core.execution.Gradients;
import org.diffusion4j.core.execution.GraphExecutor;
import org.diffusion4j.core.execution.LayerTime;
import org.diffusion4j.core.execution.Precision;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.weights.Weights;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.executioner.OpExecutioner.ExecutionerType;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Runs a graph's list of layers, compiled to primitives of oneDNN.
 *
 * <p>The first run for some outputs, or for some gradients, compiles a plan: layers are joined,
 * weights laid out as the primitives want them, and memory is planned ahead; later runs execute one
 * primitive after the other. The weights are shared; who changes them in place says so by {@link
 * Weights#changed()}.
 */
public final class OneDnnExecutor implements GraphExecutor {
  private record GradientKey(String loss, Set<String> withRespectTo, Set<String> outputs) {}

  static {
    if (Dnnl.obstacle().isEmpty()) {
      WaitingThreads.watch();
    }
  }

  private final Graph graph;
  private final Weights weights;
  private final Precision precision;
  private final Map<Set<String>, CompiledGraph> forwards = new HashMap<>();
  private final Map<GradientKey, CompiledGraph> backwards = new HashMap<>();

  /**
   * An executor of the graph over the weights.
   *
   * @throws IllegalArgumentException if there is an {@link #obstacle}, if the precision is F64, or
   *     if the weights lack a parameter or it has another shape
   */
  public OneDnnExecutor(Graph graph, Weights weights, Precision precision) {
    obstacle(graph)
        .ifPresent(
            obstacle -> {
              throw new IllegalArgumentException("oneDNN cannot run this graph: " + obstacle);
            });
    Require.that(precision != Precision.F64, "precision", precision, "must be F32, BF16 or FAST");
    this.graph = graph;
    this.weights = weights.requireModel(graph.parameters());
    this.precision = precision;
  }

  /** What keeps a graph from running here, if anything does, as a part of a sentence. */
  public static Optional<String> obstacle(Graph graph) {
    if (graph.dataType() != DataType.FLOAT) {
      return Optional.of("it computes in " + graph.dataType());
    }
    for (Graph.Node node : graph.nodes()) {
      if (Lowerings.ALL.of(node.layer().getClass()).isEmpty()) {
        return Optional.of(
            node.output().name() + " is an operation of SameDiff that the graph was given");
      }
    }
    if (Nd4j.getExecutioner().type() != ExecutionerType.NATIVE_CPU) {
      return Optional.of("ND4J's arrays are not in the memory of the CPU");
    }
    return Dnnl.obstacle();
  }

  private GraphCompiler compiler(boolean training) {
    boolean half =
        precision == Precision.BF16
            || (precision == Precision.FAST && !training && Bfloat16.isFaster());
    return new GraphCompiler(graph, weights, half ? Precision.BF16 : Precision.F32);
  }

  @Override
  public synchronized Map<String, INDArray> run(
      Map<String, INDArray> inputs, Collection<String> outputs) {
    return run(forward(outputs), inputs, Optional.empty()).outputs();
  }

  private CompiledGraph forward(Collection<String> outputs) {
    return forwards.computeIfAbsent(
        new LinkedHashSet<>(outputs), names -> compiler(false).forward(names));
  }

  /**
   * Where the time of runs goes: one to warm up, then those that are counted.
   *
   * @param inputs as for {@link #run(Map, Collection)}
   * @param runs at least 1
   * @param ran is told after each run that counts how many there were; an exception of its ends it
   * @return a time for each kind of layer, the longest first
   */
  public synchronized List<LayerTime> profile(
      Map<String, INDArray> inputs, Collection<String> outputs, int runs, IntConsumer ran) {
    Require.positive("runs", runs);
    return profile(forward(outputs), inputs, runs, ran);
  }

  /**
   * As {@link #profile}, of the loss and its gradients.
   *
   * @param inputs as for {@link #gradients}
   */
  public synchronized List<LayerTime> profileGradients(
      Map<String, INDArray> inputs,
      String loss,
      Collection<String> withRespectTo,
      int runs,
      IntConsumer ran) {
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
        key, k -> compiler(true).gradients(k.loss(), k.withRespectTo(), k.outputs()));
  }

  private CompiledGraph.Results run(
      CompiledGraph compiled, Map<String, INDArray> inputs, Optional<StepTimes> times) {
    Map<String, INDArray> arrays = new LinkedHashMap<>();
    List<INDArray> copies = new ArrayList<>();
    try {
      inputs.forEach(
          (name, array) -> {
            INDArray typed = array.castTo(graph.requireInput(name, array.shape()).type());
            INDArray plain = isPlain(typed) ? typed : typed.dup('c');
            arrays.put(name, plain);
            if (typed != array) {
              copies.add(typed);
            }
            if (plain != typed) {
              copies.add(plain);
            }
          });
      return compiled.run(weights, arrays, times);
    } finally {
      copies.forEach(INDArray::close);
    }
  }

  private static boolean isPlain(INDArray array) {
    return !array.isView() && array.ordering() == 'c';
  }

  @Override
  public void close() {
    forwards.values().forEach(CompiledGraph::close);
    backwards.values().forEach(CompiledGraph::close);
    forwards.clear();
    backwards.clear();
  }
}

package org.diffusion4j.core.execution.samediff;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.diffusion4j.core.check.Require;
import org.diffusion4j.core.execution.Execution;
import org.diffusion4j.core.execution.Gradients;
import org.diffusion4j.core.execution.GraphExecutor;
import org.diffusion4j.core.execution.NativeThreads;
import org.diffusion4j.core.execution.Precision;
import org.diffusion4j.core.graph.Embedding;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.MaxUnpool2d;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.weights.Weights;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.api.OutAndGrad;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Runs a graph with SameDiff: the reference, on every backend of ND4J.
 *
 * <p>The graph becomes a SameDiff instance of this executor's own, so that a graph may have any
 * number of executors. The weights are shared, not copied; what changes them in place changes the
 * next run.
 */
public final class SameDiffExecutor implements GraphExecutor {
  /** SameDiff's name of the function that holds the backward graph. */
  private static final String GRADIENTS = "grad";

  private final Graph graph;
  private final Weights weights;
  private final GraphVariables variables;
  private final SameDiff sameDiff;
  private final Set<String> differentiated = new LinkedHashSet<>();
  private final ArrayPool pool = new ArrayPool();
  private final Execution execution;
  private String loss = "";
  private boolean closed;

  /**
   * An executor in the type of the graph, on all processors.
   *
   * @throws IllegalArgumentException as the other constructor does
   */
  public SameDiffExecutor(Graph graph, Weights weights) {
    this(
        graph,
        weights,
        graph.dataType() == Precision.F64.dataType() ? Precision.F64 : Precision.F32,
        Runtime.getRuntime().availableProcessors());
  }

  /**
   * An executor on so many threads.
   *
   * @param precision what it is asked for; it computes in the graph's type
   * @throws IllegalArgumentException if the weights lack a parameter of the graph or have it in
   *     another shape or type, or if the graph has a layer that there is no operation for
   */
  SameDiffExecutor(Graph graph, Weights weights, Precision precision, int threads) {
    this.graph = graph;
    this.execution = new Execution(SameDiffProvider.NAME, precision, threads);
    this.weights = weights;
    variables = new GraphVariables(graph, weights);
    variables.addLayers(graph, new LayerOperations(EmbeddingRows::placeHolder));
    sameDiff = variables.sameDiff();
  }

  @Override
  public Execution execution() {
    return execution;
  }

  @Override
  public synchronized Map<String, INDArray> run(
      Map<String, INDArray> inputs, Collection<String> outputs) {
    requireOpen();
    Map<String, String> names = variableNames(outputs);
    Map<String, INDArray> values =
        inPool(
            sameDiff,
            inputs,
            placeHolders ->
                sameDiff.output(placeHolders, List.copyOf(new LinkedHashSet<>(names.values()))),
            Map::values);
    return byName(names, values);
  }

  @Override
  public synchronized Gradients gradients(
      Map<String, INDArray> inputs,
      String loss,
      Collection<String> withRespectTo,
      Collection<String> outputs) {
    requireOpen();
    Map<String, Embedding> tables = embeddings(withRespectTo);
    Map<String, String> targets = new LinkedHashMap<>();
    for (String name : withRespectTo) {
      targets.put(name, variables.of(graph.tensor(name)).name());
    }
    List<String> wanted = new ArrayList<>(targets.values());
    wanted.removeIf(name -> tables.values().stream().anyMatch(e -> e.table().name().equals(name)));
    wanted.addAll(tables.keySet());
    prepareGradients(loss, wanted);

    Map<String, String> names = variableNames(outputs);
    String lossVariable = variables.of(graph.tensor(loss)).name();
    List<String> values = new ArrayList<>(new LinkedHashSet<>(names.values()));
    if (!values.contains(lossVariable)) {
      values.add(lossVariable);
    }
    OutAndGrad result =
        inPool(
            sameDiff.getFunction(GRADIENTS),
            inputs,
            placeHolders -> sameDiff.calculateGradientsAndOutputs(placeHolders, values, wanted),
            SameDiffExecutor::arrays);

    Map<String, INDArray> gradients = new LinkedHashMap<>();
    for (String name : withRespectTo) {
      INDArray direct = result.getGradients().get(targets.get(name));
      gradients.put(name, direct);
    }
    tables.forEach(
        (rows, embedding) -> {
          INDArray ofRows = result.getGradients().get(rows);
          // The loss need not depend on all rows that the graph looks up.
          if (ofRows != null) {
            gradients.merge(
                embedding.table().name(),
                EmbeddingRows.scatter(embedding, inputs.get(embedding.ids().name()), ofRows),
                INDArray::addi);
          }
        });
    return new Gradients(
        result.getOutputs().get(lossVariable).getDouble(0),
        gradients,
        byName(names, result.getOutputs()));
  }

  private static List<INDArray> arrays(OutAndGrad result) {
    List<INDArray> arrays = new ArrayList<>(result.getGradients().values());
    arrays.addAll(result.getOutputs().values());
    return arrays;
  }

  /** Runs a SameDiff instance in memory of the pool. */
  private <T> T inPool(
      SameDiff instance,
      Map<String, INDArray> inputs,
      Function<Map<String, INDArray>, T> run,
      Function<T, Collection<INDArray>> results) {
    PooledSession session = PooledSession.of(instance, pool);
    Map<String, INDArray> placeHolders = placeHolders(inputs);
    Collection<INDArray> kept = List.of();
    try {
      T result = NativeThreads.call(execution.threads(), () -> run.apply(placeHolders));
      kept = results.apply(result);
      return result;
    } finally {
      session.endRun();
      pool.endRun(kept);
      closeAllBut(inputs.values(), kept, placeHolders.values());
    }
  }

  /** Frees the placeholders that are neither the caller's own arrays nor results. */
  private static void closeAllBut(
      Collection<INDArray> inputs,
      Collection<INDArray> results,
      Collection<INDArray> placeHolders) {
    Set<INDArray> kept = Collections.newSetFromMap(new IdentityHashMap<>());
    kept.addAll(inputs);
    kept.addAll(results);
    for (INDArray array : placeHolders) {
      if (!kept.contains(array) && array.closeable()) {
        array.close();
      }
    }
  }

  private void prepareGradients(String lossName, Collection<String> wanted) {
    if (lossName.equals(loss) && differentiated.containsAll(wanted)) {
      return;
    }
    Tensor tensor = graph.tensor(lossName);
    if (tensor.length() != 1) {
      throw new IllegalArgumentException("loss (=" + tensor + ") must be a scalar");
    }
    differentiated.addAll(wanted);
    sameDiff.setLossVariables(variables.of(tensor));
    sameDiff.createGradFunction(differentiated.toArray(String[]::new));
    loss = lossName;
  }

  /** The placeholder of the rows of each embedding whose table is among the names. */
  private Map<String, Embedding> embeddings(Collection<String> names) {
    Map<String, Embedding> embeddings = new LinkedHashMap<>();
    for (Graph.Node node : graph.nodes()) {
      if (node.layer() instanceof Embedding embedding && names.contains(embedding.table().name())) {
        embeddings.put(EmbeddingRows.name(embedding), embedding);
      }
    }
    return embeddings;
  }

  private Map<String, INDArray> placeHolders(Map<String, INDArray> inputs) {
    Map<String, INDArray> placeHolders = new LinkedHashMap<>();
    inputs.forEach(
        (name, array) ->
            placeHolders.put(name, array.castTo(graph.requireInput(name, array.shape()).type())));
    for (Graph.Node node : graph.nodes()) {
      if (node.layer() instanceof Embedding embedding
          && inputs.containsKey(embedding.ids().name())) {
        placeHolders.computeIfAbsent(
            EmbeddingRows.name(embedding),
            name ->
                EmbeddingRows.gather(
                    embedding,
                    weights.get(embedding.table().name()),
                    inputs.get(embedding.ids().name())));
      } else if (node.layer() instanceof MaxUnpool2d unpooling
          && inputs.containsKey(unpooling.indices().name())) {
        requireWithinPlane(unpooling, inputs.get(unpooling.indices().name()));
      }
    }
    return placeHolders;
  }

  /** In the graph, indices that are out of the plane could only be moved into it. */
  private static void requireWithinPlane(MaxUnpool2d unpooling, INDArray indices) {
    String name = "index of " + unpooling.indices().name();
    long last = unpooling.height() * unpooling.width() - 1;
    for (long index : indices.dup('c').data().asLong()) {
      Require.inRange(name, index, 0, last);
    }
  }

  private Map<String, String> variableNames(Collection<String> names) {
    Map<String, String> variableNames = new LinkedHashMap<>();
    for (String name : names) {
      variableNames.put(name, variables.of(graph.tensor(name)).name());
    }
    return variableNames;
  }

  private static Map<String, INDArray> byName(
      Map<String, String> names, Map<String, INDArray> values) {
    Map<String, INDArray> byName = new LinkedHashMap<>();
    names.forEach((name, variable) -> byName.put(name, values.get(variable)));
    return byName;
  }

  /** What the graph has become. */
  SameDiff sameDiff() {
    return sameDiff;
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the executor is closed");
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    pool.close();
  }
}

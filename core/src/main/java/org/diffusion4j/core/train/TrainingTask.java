package org.diffusion4j.core.train;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.diffusion4j.core.check.Require;
import org.diffusion4j.core.execution.GraphExecutor;
import org.diffusion4j.core.graph.ParameterSpec;
import org.diffusion4j.core.weights.Weights;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What is trained.
 *
 * @param executor runs the graph of the loss over {@code weights}; stays open
 * @param loss the name of the scalar to make small
 * @param metrics names of further scalars of the graph to report
 * @param weights the parameters of the model, changed in place
 * @param trained names of the parameters to train; the others stay as they are
 * @param decays which trained parameters the weight decay applies to, by name
 * @param objective the inputs of each step
 * @param description what a checkpoint must agree with beyond the config, by name: the model, the
 *     data set
 */
public record TrainingTask(
    GraphExecutor executor,
    String loss,
    List<String> metrics,
    Weights weights,
    Set<String> trained,
    Predicate<String> decays,
    Objective objective,
    Map<String, String> description) {

  public TrainingTask {
    metrics = List.copyOf(metrics);
    description = Collections.unmodifiableMap(new TreeMap<>(description));
    trained.forEach(weights::get);
    Require.that(!trained.isEmpty(), "trained", trained, "must name at least one parameter");
    trained = inOrder(weights, trained);
  }

  /** Training all parameters, with weight decay on {@link #matrices} alone. */
  public static TrainingTask of(
      GraphExecutor executor, String loss, Weights weights, Objective objective) {
    return new TrainingTask(
        executor,
        loss,
        List.of(),
        weights,
        weights.arrays().keySet(),
        matrices(weights),
        objective,
        Map.of());
  }

  /** This task with further scalars to report. */
  public TrainingTask withMetrics(List<String> metrics) {
    return new TrainingTask(
        executor, loss, metrics, weights, trained, decays, objective, description);
  }

  /** This task with other trained parameters. */
  public TrainingTask withTrained(Collection<String> trained) {
    return new TrainingTask(
        executor, loss, metrics, weights, Set.copyOf(trained), decays, objective, description);
  }

  /**
   * The parameters of rank 2 and more: what weight decay is usual for, as the others are biases and
   * the scales of norms.
   */
  public static Predicate<String> matrices(Weights weights) {
    return name -> weights.get(name).rank() > 1;
  }

  /** This task with weight decay on other parameters. */
  public TrainingTask withDecays(Predicate<String> decays) {
    return new TrainingTask(
        executor, loss, metrics, weights, trained, decays, objective, description);
  }

  /** This task with a description of the model and its data. */
  public TrainingTask withDescription(Map<String, String> description) {
    return new TrainingTask(
        executor, loss, metrics, weights, trained, decays, objective, description);
  }

  /** The trained arrays by name, in the order of the weights. */
  public Map<String, INDArray> trainedArrays() {
    Map<String, INDArray> arrays = new LinkedHashMap<>();
    trained.forEach(name -> arrays.put(name, weights.get(name)));
    return arrays;
  }

  /** The other arrays by name, in the order of the weights. */
  public Map<String, INDArray> frozenArrays() {
    Map<String, INDArray> arrays = new LinkedHashMap<>(weights.arrays());
    arrays.keySet().removeAll(trained);
    return arrays;
  }

  private static Set<String> inOrder(Weights weights, Set<String> names) {
    Set<String> ordered = new LinkedHashSet<>();
    weights.specs().stream().map(ParameterSpec::name).filter(names::contains).forEach(ordered::add);
    return Collections.unmodifiableSet(ordered);
  }
}

package org.diffusion4j.diffusion.lora;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.diffusion4j.core.check.Require;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.LowRankUpdate;
import org.diffusion4j.core.graph.ParameterSpec;
import org.diffusion4j.core.random.Generator;
import org.diffusion4j.core.weights.Weights;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Changes of low rank to the weights of one model (Hu et al. 2021, "LoRA: Low-Rank Adaptation of
 * Large Language Models"): {@code W' = W + scale * alpha / rank * B A}.
 *
 * <p>Either merged, {@link #mergeInto}, or beside the weights, in a graph that is built with {@link
 * #updates}:
 *
 * <pre>{@code
 * Tensor y = unet.build(graph.withUpdates(adapter.updates(1)), sample, timesteps, states);
 * GraphExecutor executor = Execution.current().open(graph, adapter.beside(graph, weights));
 * }</pre>
 *
 * <p>There its {@link #parameters} are parameters of the graph, shared and not copied: trained in
 * place, the adapter is trained.
 */
public final class LoraAdapter {
  /** By the names of the weights that they change. */
  private final Map<String, LowRankFactors> factors = new LinkedHashMap<>();

  LoraAdapter(Collection<LowRankFactors> factors) {
    factors.forEach(factor -> this.factors.put(factor.weight().name(), factor));
  }

  /**
   * An adapter that changes nothing yet: A is drawn as peft draws it, uniform with bound {@code 1 /
   * sqrt(fanIn)} (Kaiming with a = sqrt(5)), in the order of the parameters, and B is 0.
   *
   * @param parameters those of the model
   * @throws IllegalArgumentException if no linear layer or convolution has the name of a target
   */
  public static LoraAdapter initialize(
      Collection<ParameterSpec> parameters, LoraConfig config, Generator generator) {
    List<ParameterSpec> targets = targets(parameters, config.targetModules());
    LowRankUpdate update = new LowRankUpdate(config.rank(), 0);
    List<ParameterSpec> specs = new ArrayList<>();
    for (ParameterSpec target : targets) {
      specs.add(update.down(target));
      specs.add(update.up(target));
    }
    Weights drawn = Weights.initialize(specs, generator);
    List<LowRankFactors> factors = new ArrayList<>();
    for (ParameterSpec target : targets) {
      factors.add(
          new LowRankFactors(
              target,
              config.rank(),
              config.alpha(),
              drawn.get(update.down(target).name()),
              drawn.get(update.up(target).name())));
    }
    return new LoraAdapter(factors);
  }

  private static List<ParameterSpec> targets(
      Collection<ParameterSpec> parameters, List<String> targetModules) {
    List<ParameterSpec> candidates = parameters.stream().filter(LowRankUpdate::appliesTo).toList();
    for (String target : targetModules) {
      Require.that(
          candidates.stream().anyMatch(spec -> LoraConfig.matches(ModuleNames.of(spec), target)),
          "target module",
          target,
          "must be a linear layer or a convolution of the model");
    }
    return candidates.stream()
        .filter(
            spec ->
                targetModules.stream()
                    .anyMatch(target -> LoraConfig.matches(ModuleNames.of(spec), target)))
        .toList();
  }

  /** The weights that it changes, and their alphas. */
  public Map<String, Double> alphas() {
    Map<String, Double> alphas = new LinkedHashMap<>();
    factors.forEach((name, factor) -> alphas.put(name, factor.alpha()));
    return alphas;
  }

  /** A and B of each changed weight: {@code to_q.lora_A.weight}, {@code to_q.lora_B.weight}. */
  public Weights parameters() {
    List<ParameterSpec> specs = new ArrayList<>();
    Map<String, INDArray> arrays = new LinkedHashMap<>();
    for (LowRankFactors factor : factors.values()) {
      specs.add(factor.downSpec());
      specs.add(factor.upSpec());
      arrays.put(factor.downSpec().name(), factor.down());
      arrays.put(factor.upSpec().name(), factor.up());
    }
    return new Weights(specs, arrays);
  }

  /**
   * This adapter with other values.
   *
   * @param parameters holds at least {@link #parameters}, such as what a trainer has averaged
   * @throws IllegalArgumentException if one is missing
   */
  public LoraAdapter withParameters(Weights parameters) {
    List<LowRankFactors> changed = new ArrayList<>();
    for (LowRankFactors factor : factors.values()) {
      changed.add(
          new LowRankFactors(
              factor.weight(),
              factor.rank(),
              factor.alpha(),
              parameters.get(factor.downSpec().name()),
              parameters.get(factor.upSpec().name())));
    }
    return new LoraAdapter(changed);
  }

  /** The same changes with alpha the rank; where it is not, with other B. */
  LoraAdapter withAlphaOfRank() {
    return new LoraAdapter(factors.values().stream().map(LowRankFactors::withAlphaOfRank).toList());
  }

  /**
   * The branches for {@link Graph#withUpdates}.
   *
   * @param scale the strength: 0 for the model as it is, 1 for the adapter as it was trained
   */
  public Map<String, LowRankUpdate> updates(double scale) {
    Map<String, LowRankUpdate> updates = new LinkedHashMap<>();
    factors.forEach((name, factor) -> updates.put(name, factor.update(scale)));
    return updates;
  }

  /**
   * The weights of a graph that was built with {@link #updates}: a model's and the adapter's, no
   * copies.
   *
   * @param weights those of the model, which may have more parameters than the graph
   * @throws IllegalArgumentException if the graph lacks a parameter of the adapter, or the weights
   *     one of the graph
   */
  public Weights beside(Graph graph, Weights weights) {
    Weights own = parameters();
    List<ParameterSpec> specs = graph.parameters();
    for (ParameterSpec spec : own.specs()) {
      Require.that(
          specs.contains(spec), "parameter", spec.name(), "must be one of the graph's parameters");
    }
    Map<String, INDArray> arrays = new LinkedHashMap<>(weights.arrays());
    arrays.putAll(own.arrays());
    return new Weights(specs, arrays);
  }

  /**
   * Weights with the change in them: new arrays for what is changed, the same for the others. The
   * given weights stay as they are, so that merging is undone by going back to them; several
   * adapters are merged one after the other.
   *
   * @param weights those of the model
   * @param scale the strength: 0 for the model as it is, 1 for the adapter as it was trained
   * @throws IllegalArgumentException if the weights lack one that is to be changed
   */
  public Weights mergeInto(Weights weights, double scale) {
    Require.finite("scale", scale);
    Map<String, INDArray> arrays = new LinkedHashMap<>(weights.arrays());
    if (scale != 0) {
      factors.forEach(
          (name, factor) ->
              arrays.put(name, factor.merged(weights.get(name), factor.update(scale).scaling())));
    }
    return new Weights(weights.specs(), arrays);
  }
}

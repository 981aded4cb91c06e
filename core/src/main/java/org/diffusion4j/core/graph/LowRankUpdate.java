package org.diffusion4j.core.graph;

import java.util.ArrayList;
import java.util.List;
import org.diffusion4j.core.check.Require;

/**
 * A change of low rank to the weight of a linear layer or a convolution.
 *
 * <p>Hu et al. 2021, "LoRA: Low-Rank Adaptation of Large Language Models", formula (3): {@code y =
 * W x + scaling B A x}, where A goes from the inputs to {@code rank} features, as W does in kernel,
 * stride and padding, and B, of kernel 1, from there to the outputs. Beside a weight {@code
 * to_q.weight} the two are the parameters {@code to_q.lora_A.weight} and {@code
 * to_q.lora_B.weight}, as in peft. Untrained, A is drawn as a weight of its own (peft: Kaiming's
 * uniform distribution with a = sqrt(5), of bound {@code 1 / sqrt(fanIn)}) and B is 0, so that W
 * acts alone.
 *
 * @param rank the features between A and B
 * @param scaling what {@code B A x} is multiplied by: alpha / rank, and the strength that is wished
 */
public record LowRankUpdate(int rank, double scaling) {
  private static final String WEIGHT = "weight";

  public LowRankUpdate {
    Require.positive("rank", rank);
    Require.finite("scaling", scaling);
  }

  /** Whether a parameter is the weight of a linear layer or of a 2-D convolution. */
  public static boolean appliesTo(ParameterSpec parameter) {
    return parameter.name().endsWith("." + WEIGHT)
        && (parameter.layout() == ParameterLayout.LINEAR
            || parameter.layout() == ParameterLayout.CONV2D);
  }

  /**
   * A: {@code [in, rank]} or {@code [kh, kw, in, rank]}.
   *
   * @param weight the parameter that is changed
   * @throws IllegalArgumentException if {@link #appliesTo} does not hold
   */
  public ParameterSpec down(ParameterSpec weight) {
    List<Long> shape = new ArrayList<>(weight.shape());
    long fanIn = weight.size() / shape.set(shape.size() - 1, (long) rank);
    return new ParameterSpec(
        factorName(weight, "lora_A."), weight.layout(), Initializer.fanIn(fanIn), shape);
  }

  /**
   * B: {@code [rank, out]} or {@code [1, 1, rank, out]}.
   *
   * @param weight the parameter that is changed
   * @throws IllegalArgumentException if {@link #appliesTo} does not hold
   */
  public ParameterSpec up(ParameterSpec weight) {
    String name = factorName(weight, "lora_B.");
    long out = weight.shape().get(weight.shape().size() - 1);
    List<Long> shape =
        weight.layout() == ParameterLayout.LINEAR
            ? List.of((long) rank, out)
            : List.of(1L, 1L, (long) rank, out);
    return new ParameterSpec(name, weight.layout(), Initializer.ZEROS, shape);
  }

  private static String factorName(ParameterSpec weight, String factor) {
    Require.that(
        appliesTo(weight), "weight", weight, "must be that of a linear layer or a convolution");
    String name = weight.name();
    return name.substring(0, name.length() - WEIGHT.length()) + factor + WEIGHT;
  }

  /** {@code y + scaling B A x} beside a linear layer that gives y. */
  Tensor beside(Graph graph, ParameterSpec weight, Dense dense, Tensor y) {
    Tensor h = graph.dense(dense.x(), parameter(graph, down(weight)));
    return y.plus(graph.dense(scaled(h), parameter(graph, up(weight))));
  }

  /** {@code y + scaling B A x} beside a convolution that gives y. */
  Tensor beside(Graph graph, ParameterSpec weight, Convolution2d conv, Tensor y) {
    ConvSettings settings = conv.settings();
    Require.equal("groups of " + weight.name(), settings.groups(), "those of an update", 1);
    Tensor h = graph.conv2d(conv.x(), parameter(graph, down(weight)), settings);
    Tensor up = parameter(graph, up(weight));
    return y.plus(graph.conv2d(scaled(h), up, ConvSettings.DEFAULT));
  }

  /** Between A and B, where there are fewest values. */
  private Tensor scaled(Tensor h) {
    return scaling == 1 ? h : h.times(scaling);
  }

  private static Tensor parameter(Graph graph, ParameterSpec spec) {
    return graph.parameter(spec.name(), spec.layout(), spec.initializer(), spec.shapeArray());
  }
}

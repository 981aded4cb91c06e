package org.diffusion4j.core.execution.choice;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.diffusion4j.core.execution.GraphExecutor;
import org.diffusion4j.core.execution.Precision;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.weights.Weights;

/**
 * How graphs are run: by which executor, with which numbers.
 *
 * <p>Models and trainings of this framework use {@link #current()}, which the system properties
 * {@value #EXECUTOR} and {@value #PRECISION} set.
 */
public record Execution(ExecutorType executor, Precision precision) {
  /** The property that names an executor: {@code auto} (the default), {@code onednn}, ... */
  public static final String EXECUTOR = "diffusion4j.executor";

  /** The property that names a precision: {@code f32} (the default), {@code bf16}, {@code fast}. */
  public static final String PRECISION = "diffusion4j.precision";

  /**
   * What the system properties say now.
   *
   * @throws IllegalArgumentException if one of them names nothing that there is
   */
  public static Execution current() {
    return new Execution(
        property(EXECUTOR, ExecutorType.AUTO, EnumSet.allOf(ExecutorType.class)),
        property(PRECISION, Precision.F32, EnumSet.complementOf(EnumSet.of(Precision.F64))));
  }

  private static <E extends Enum<E>> E property(String name, E otherwise, Set<E> choices) {
    String value = System.getProperty(name);
    if (value == null) {
      return otherwise;
    }
    return choices.stream()
        .filter(choice -> nameOf(choice).equals(value.toLowerCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    name
                        + " (="
                        + value
                        + ") must be one of "
                        + choices.stream()
                            .map(Execution::nameOf)
                            .collect(Collectors.joining(", "))));
  }

  private static String nameOf(Enum<?> choice) {
    return choice.name().toLowerCase(Locale.ROOT);
  }

  /** Makes this what {@link #current()} gives from now on, in this whole process. */
  public void use() {
    System.setProperty(EXECUTOR, nameOf(executor));
    System.setProperty(PRECISION, nameOf(precision));
  }

  /**
   * An executor of the graph over the weights.
   *
   * @throws IllegalArgumentException if the weights lack a parameter of the graph or it has another
   *     shape, or if the executor cannot run the graph
   */
  public GraphExecutor open(Graph graph, Weights weights) {
    return executor.open(graph, weights, precision);
  }
}

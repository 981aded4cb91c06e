package org.diffusion4j.core.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.diffusion4j.core.check.Require;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The parameters of an optimizer, and which of them decay. */
final class TrainedParameters {
  private final Map<String, INDArray> parameters;
  private final Predicate<String> decays;

  TrainedParameters(Map<String, INDArray> parameters, Predicate<String> decays) {
    this.parameters = new LinkedHashMap<>(parameters);
    this.decays = decays;
  }

  /** The arithmetic of a step. */
  @FunctionalInterface
  interface Rule {
    /**
     * Changes values of one parameter.
     *
     * @param decays whether weight decay applies to it
     * @param values of the gradient, the parameter and each array of the state
     * @param n how many of each there are
     */
    void apply(boolean decays, float[][] values, int n);
  }

  /** Zeros for each parameter, by its name. */
  Map<String, INDArray> zeros() {
    Map<String, INDArray> zeros = new LinkedHashMap<>();
    parameters.forEach(
        (name, array) -> zeros.put(name, Nd4j.create(DataType.FLOAT, array.shape())));
    return zeros;
  }

  /**
   * Changes every parameter, after all arguments of {@link Optimizer#step} were checked.
   *
   * @param state of the optimizer, each of them by the parameters' names
   * @param ema what follows the parameters in the same pass, if anything does
   */
  void step(
      long step,
      double learningRate,
      Map<String, INDArray> gradients,
      double scale,
      Optional<ExponentialMovingAverage> ema,
      List<Map<String, INDArray>> state,
      Rule rule) {
    Require.positive("step", step);
    Require.notNegative("learningRate", learningRate);
    Require.notNegative("scale", scale);
    parameters.forEach((name, parameter) -> checkGradient(name, parameter, gradients.get(name)));
    ema.ifPresent(average -> average.requireParameters(parameters));
    float factor = (float) scale;
    List<ChunkedUpdate.Part> parts = new ArrayList<>();
    parameters.forEach(
        (name, parameter) -> {
          boolean decaying = decays.test(name);
          List<INDArray> changed = new ArrayList<>(List.of(parameter));
          state.forEach(arrays -> changed.add(arrays.get(name)));
          ChunkedUpdate.Kernel update =
              (values, n) -> {
                multiply(values[0], factor, n);
                rule.apply(decaying, values, n);
              };
          parts.add(new ChunkedUpdate.Part(name, gradients.get(name), changed, update));
        });
    ChunkedUpdate.run(
        ema.map(average -> parts.stream().map(part -> average.after(part, step)).toList())
            .orElse(parts));
  }

  private static void multiply(float[] values, float factor, int n) {
    for (int i = 0; i < n; i++) {
      values[i] *= factor;
    }
  }

  private static void checkGradient(String name, INDArray parameter, INDArray gradient) {
    if (gradient == null) {
      throw new IllegalArgumentException("no gradient for parameter " + name);
    }
    if (!parameter.equalShapes(gradient)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "gradient of %s (=%s) must have the parameter's shape %s",
              name,
              Arrays.toString(gradient.shape()),
              Arrays.toString(parameter.shape())));
    }
    HostFloats.check("gradient of " + name, gradient);
  }
}

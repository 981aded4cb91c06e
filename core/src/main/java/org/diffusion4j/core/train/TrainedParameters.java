package org.diffusion4j.core.train;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
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

  /** The change of one parameter. */
  @FunctionalInterface
  interface Update {
    /**
     * Changes a parameter.
     *
     * @param decays whether weight decay applies to it
     */
    void apply(String name, INDArray parameter, INDArray gradient, boolean decays);
  }

  /** Zeros for each parameter, by its name. */
  Map<String, INDArray> zeros() {
    Map<String, INDArray> zeros = new LinkedHashMap<>();
    parameters.forEach(
        (name, array) -> zeros.put(name, Nd4j.create(DataType.FLOAT, array.shape())));
    return zeros;
  }

  /** Changes every parameter, after all arguments of {@link Optimizer#step} were checked. */
  void step(long step, double learningRate, Map<String, INDArray> gradients, Update update) {
    Require.positive("step", step);
    Require.notNegative("learningRate", learningRate);
    parameters.forEach((name, parameter) -> checkGradient(name, parameter, gradients.get(name)));
    parameters.forEach(
        (name, parameter) ->
            update.apply(
                name, parameter, gradients.get(name), parameter.rank() > 1 && decays.test(name)));
  }

  private static void checkGradient(String name, INDArray parameter, INDArray gradient) {
    if (gradient == null) {
      throw new IllegalArgumentException("no gradient for parameter " + name);
    }
    if (!parameter.equalShapes(gradient)) {
      throw new IllegalArgumentException(
          "gradient of %s (=%s) must have the parameter's shape %s"
              .formatted(
                  name, Arrays.toString(gradient.shape()), Arrays.toString(parameter.shape())));
    }
    HostFloats.check("gradient of " + name, gradient);
  }
}

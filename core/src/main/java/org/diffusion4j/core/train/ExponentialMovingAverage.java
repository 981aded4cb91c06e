package org.diffusion4j.core.train;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.diffusion4j.core.weights.Weights;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A second set of weights that follows the trained ones slowly.
 *
 * <p>Images from the averaged weights are better than those of any single step: Song and Ermon
 * 2020, "Improved Techniques for Training Score-Based Generative Models", section 3.5. Not for two
 * threads at a time.
 */
public final class ExponentialMovingAverage {
  private final EmaDecay decay;
  private final Map<String, INDArray> parameters;
  private final Map<String, INDArray> shadow = new LinkedHashMap<>();

  /** An average that starts as a copy of the parameters. */
  public ExponentialMovingAverage(EmaDecay decay, Map<String, INDArray> parameters) {
    this.decay = decay;
    this.parameters = new LinkedHashMap<>(parameters);
    this.parameters.forEach((name, array) -> shadow.put(name, array.dup('c')));
  }

  /**
   * Moves the average towards the parameters: {@code shadow -= (1 - decay) (shadow - parameter)}.
   *
   * @param update the number of this update, from 1
   */
  public void update(long update) {
    float rate = rate(update);
    ChunkedUpdate.run(
        parameters.entrySet().stream()
            .map(
                parameter ->
                    new ChunkedUpdate.Part(
                        parameter.getKey(),
                        parameter.getValue(),
                        List.of(shadow.get(parameter.getKey())),
                        (values, n) -> update(values[0], values[1], n, rate)))
            .toList());
  }

  /** A change of a parameter, which is the first array to change, and then of its average. */
  ChunkedUpdate.Part after(ChunkedUpdate.Part part, long update) {
    float rate = rate(update);
    List<INDArray> changed = new ArrayList<>(part.changed());
    changed.add(shadow.get(part.name()));
    return new ChunkedUpdate.Part(
        part.name(),
        part.read(),
        changed,
        (values, n) -> {
          part.kernel().apply(values, n);
          update(values[1], values[values.length - 1], n, rate);
        });
  }

  /**
   * Refuses the parameters of another optimizer.
   *
   * @throws IllegalArgumentException if these are not the arrays that are averaged
   */
  void requireParameters(Map<String, INDArray> trained) {
    boolean same =
        trained.keySet().equals(parameters.keySet())
            && trained.keySet().stream()
                .allMatch(name -> trained.get(name) == parameters.get(name));
    if (!same) {
      throw new IllegalArgumentException("ema must average the arrays that the optimizer changes");
    }
  }

  private float rate(long update) {
    return (float) (1 - decay.at(update));
  }

  private static void update(float[] p, float[] s, int n, float rate) {
    for (int i = 0; i < n; i++) {
      s[i] -= rate * (s[i] - p[i]);
    }
  }

  /** The averages by parameter name; the object's own arrays. */
  public Map<String, INDArray> shadow() {
    return Collections.unmodifiableMap(shadow);
  }

  /**
   * A model's weights with the averages in place of the parameters that are averaged.
   *
   * <p>Nothing is copied: the result follows later updates.
   */
  public Weights applyTo(Weights weights) {
    return weights.with(shadow);
  }
}

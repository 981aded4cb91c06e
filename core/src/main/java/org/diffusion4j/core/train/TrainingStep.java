package org.diffusion4j.core.train;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What happened at one step.
 *
 * @param step from 1
 * @param steps the number of steps of the whole training
 * @param loss before the step's update
 * @param metrics the values of the task's further scalars, in its order
 * @param learningRate of this step
 * @param gradientNorm L2 norm of all gradients before clipping
 * @param imagesPerSecond batch size over this step's time
 * @param elapsedSeconds time spent on all steps so far, earlier runs included
 */
public record TrainingStep(
    long step,
    long steps,
    double loss,
    Map<String, Double> metrics,
    double learningRate,
    double gradientNorm,
    double imagesPerSecond,
    double elapsedSeconds) {

  public TrainingStep {
    metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
  }
}

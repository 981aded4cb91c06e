package org.diffusion4j.diffusion.sample;

import java.util.Arrays;
import java.util.Optional;
import org.diffusion4j.diffusion.schedule.NoiseLevel;
import org.diffusion4j.diffusion.schedule.PredictionType;

/**
 * The part of a model's output that a solver is in terms of.
 *
 * @param predictionType what the model predicts
 * @param dynamicThresholding what keeps x0 in the range of the data
 * @param predictsX0 whether the solver is in terms of x0, not of the noise
 * @param varianceType a learned one if a second half of the output is the variance
 */
record SolverOutput(
    PredictionType predictionType,
    DynamicThresholding dynamicThresholding,
    boolean predictsX0,
    Optional<VarianceType> varianceType) {

  /** x0 or the noise; a new array. */
  float[] of(float[] sample, float[] modelOutput, NoiseLevel level) {
    boolean learned = varianceType.map(VarianceType::isLearned).orElse(false);
    StepArguments.requireOutputLength(modelOutput, learned ? 2 * sample.length : sample.length);
    float[] mean = learned ? Arrays.copyOf(modelOutput, sample.length) : modelOutput;
    DataPrediction prediction =
        new DataPrediction(predictionType, dynamicThresholding, Clipping.NONE);
    return predictsX0 ? prediction.x0(sample, mean, level) : prediction.eps(sample, mean, level);
  }
}

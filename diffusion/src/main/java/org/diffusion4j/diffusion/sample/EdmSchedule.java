package org.diffusion4j.diffusion.sample;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.Arrays;
import java.util.Objects;
import org.diffusion4j.core.check.Require;
import org.diffusion4j.core.config.ModelLimits;
import org.diffusion4j.diffusion.schedule.PredictionType;
import org.diffusion4j.diffusion.schedule.SigmaSpacing;

/**
 * The noise that an EDM model was trained on, and how a run goes through it (Karras et al. 2022).
 *
 * @param sigmaMin the lowest noise level, above 0
 * @param sigmaMax the highest noise level, above sigmaMin
 * @param sigmaData the standard deviation of the data, above 0
 * @param sigmaSchedule how the noise levels of a run lie between the two
 * @param rho the exponent of the Karras schedule, above 0
 * @param numTrainTimesteps positive; has no effect, since EDM's noise levels are continuous
 */
@RecordBuilder
public record EdmSchedule(
    double sigmaMin,
    double sigmaMax,
    double sigmaData,
    EdmSigmaSchedule sigmaSchedule,
    double rho,
    int numTrainTimesteps)
    implements EdmScheduleBuilder.With {

  /** That of the paper. */
  public static final EdmSchedule KARRAS =
      new EdmSchedule(0.002, 80, 0.5, EdmSigmaSchedule.KARRAS, 7, 1000);

  /**
   * Checks the fields against each other.
   *
   * @throws IllegalArgumentException if one is out of its range
   * @throws NullPointerException if sigmaSchedule is null
   */
  public EdmSchedule {
    Require.positive("sigmaMin", sigmaMin);
    Require.positive("sigmaMax", sigmaMax);
    Require.that(
        sigmaMax > sigmaMin, "sigmaMax", sigmaMax, "must be above sigmaMin (=" + sigmaMin + ")");
    Require.positive("sigmaData", sigmaData);
    Objects.requireNonNull(sigmaSchedule, "sigmaSchedule must not be null");
    Require.positive("rho", rho);
    Require.positive("numTrainTimesteps", numTrainTimesteps, ModelLimits.TIMESTEPS);
  }

  EdmPreconditioning preconditioning(PredictionType predictionType) {
    return new EdmPreconditioning(predictionType, sigmaData);
  }

  /**
   * The noise levels of a run, and what the network is told of them.
   *
   * @throws IllegalArgumentException unless numInferenceSteps is positive
   */
  NoisePath path(int numInferenceSteps, FinalSigmasType finalSigmasType) {
    Require.inRange("numInferenceSteps", numInferenceSteps, 1, StepArguments.MAX_STEPS);
    double[] sigmas =
        switch (sigmaSchedule) {
          case KARRAS -> SigmaSpacing.karras(sigmaMax, sigmaMin, numInferenceSteps, rho);
          case EXPONENTIAL -> SigmaSpacing.exponential(sigmaMax, sigmaMin, numInferenceSteps);
        };
    double[] timesteps = Arrays.stream(sigmas).map(EdmPreconditioning::cNoise).toArray();
    double[] withFinal = Arrays.copyOf(sigmas, numInferenceSteps + 1);
    withFinal[numInferenceSteps] = finalSigmasType.sigma(sigmaMin);
    // The first sample is pure noise on data of unit variance.
    return NoisePath.varianceExploding(
        timesteps,
        withFinal,
        sigma -> EdmPreconditioning.cIn(sigma, sigmaData),
        Math.hypot(sigmaMax, 1));
  }
}

package org.diffusion4j.diffusion.sample;

import java.util.Arrays;
import org.diffusion4j.diffusion.schedule.PredictionType;
import org.diffusion4j.diffusion.schedule.SigmaSpacing;
import org.diffusion4j.diffusion.schedule.SigmaTable;

/**
 * Euler's method on the probability flow ODE dx/dsigma = (x - x0) / sigma, with noise added before
 * a step if wanted (Karras et al. 2022, algorithm 2 without the correction). Of order 1.
 */
public final class EulerSampler implements Sampler {
  private final Churn churn;
  private final NoisePath path;
  private final ProbabilityFlow flow;

  /**
   * A run over timesteps in the spacing of the config.
   *
   * @param churn the noise that is added before steps
   * @throws IllegalArgumentException unless numInferenceSteps is from 1 to numTrainTimesteps, and
   *     if the config has a sigmaMax that is below the run's lowest sigma or a sigmaMin above its
   *     highest
   */
  public EulerSampler(EulerConfig config, int numInferenceSteps, Churn churn) {
    this.churn = churn;
    path = path(config, numInferenceSteps);
    flow = ProbabilityFlow.of(config.predictionType(), Clipping.NONE);
  }

  private static NoisePath path(EulerConfig config, int n) {
    DiscreteSteps steps = DiscreteSteps.of(config, config.timesteps(), n);
    SigmaTable table = steps.table();
    if (config.interpolationType() == InterpolationType.LOG_LINEAR) {
      steps = steps.withSigmas(SigmaSpacing.exponential(table.max(), table.min(), n + 1));
    }
    steps = steps.spaced(config.sigmaSpacing(), config.sigmaRange());
    if (config.timestepType() == TimestepType.CONTINUOUS
        && config.predictionType() == PredictionType.V_PREDICTION) {
      double[] sigmas = steps.sigmas();
      steps = steps.withTimesteps(Arrays.stream(sigmas).map(EdmPreconditioning::cNoise).toArray());
    }
    return steps.path(config.finalSigmasType().sigma(table.min()));
  }

  @Override
  public NoisePath path() {
    return path;
  }

  @Override
  public float[] step(float[] modelOutput, int index, float[] sample, NoiseSource noise) {
    return flow.eulerStep(path, churn, modelOutput, index, sample, noise);
  }
}

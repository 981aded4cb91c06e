package org.diffusion4j.diffusion.sample;

import java.util.Arrays;
import org.diffusion4j.diffusion.schedule.SigmaSpacing;
import org.diffusion4j.diffusion.schedule.SigmaTable;
import org.diffusion4j.diffusion.schedule.TimestepSpacing;

/**
 * Euler's method on the probability flow ODE dx/dsigma = (x - x0) / sigma, with noise added before
 * a step if wanted (Karras et al. 2022, algorithm 2 without the correction).
 */
public final class EulerSampler implements Sampler {
  /** Of log(sigma), what a model of continuous time is told (Karras et al. 2022, table 1). */
  private static final double CONTINUOUS_SCALE = 0.25;

  private final Churn churn;
  private final SigmaSequence run;
  private final DataPrediction prediction;
  private final double initNoiseSigma;

  /**
   * A run over timesteps in the spacing of the config.
   *
   * @param churn the noise that is added before steps
   * @throws IllegalArgumentException unless numInferenceSteps is from 1 to numTrainTimesteps
   */
  public EulerSampler(EulerConfig config, int numInferenceSteps, Churn churn) {
    this.churn = churn;
    run = run(config, new SigmaTable(config.noiseSchedule()), numInferenceSteps);
    prediction =
        new DataPrediction(config.predictionType(), DynamicThresholding.NONE, Clipping.NONE);
    initNoiseSigma = initNoiseSigma(config.timesteps().timestepSpacing(), run.at(0));
  }

  private static SigmaSequence run(EulerConfig config, SigmaTable table, int n) {
    double[] timesteps =
        config.timesteps().fractionalTimesteps(config.betas().numTrainTimesteps(), n);
    double[] sigmas =
        switch (config.interpolationType()) {
          case LINEAR -> Arrays.stream(timesteps).map(table::at).toArray();
          case LOG_LINEAR -> SigmaSpacing.exponential(table.max(), table.min(), n + 1);
        };
    if (!config.sigmaSpacing().isOfTimesteps()) {
      sigmas[0] = config.sigmaMax().orElse(sigmas[0]);
      sigmas[sigmas.length - 1] = config.sigmaMin().orElse(sigmas[sigmas.length - 1]);
      sigmas = config.sigmaSpacing().between(sigmas);
      timesteps = Arrays.stream(sigmas).map(table::timestep).toArray();
    }
    if (config.timestepType() == TimestepType.CONTINUOUS) {
      timesteps = Arrays.stream(sigmas).map(s -> CONTINUOUS_SCALE * Math.log(s)).toArray();
    }
    sigmas = Arrays.copyOf(sigmas, sigmas.length + 1);
    sigmas[sigmas.length - 1] = config.finalSigmasType().sigma(table);
    return new SigmaSequence(timesteps, sigmas);
  }

  /** What the first sample is scaled to: leading spacing does not begin at pure noise. */
  static double initNoiseSigma(TimestepSpacing spacing, double firstSigma) {
    return spacing == TimestepSpacing.LEADING ? Math.sqrt(firstSigma * firstSigma + 1) : firstSigma;
  }

  @Override
  public double[] timesteps() {
    return run.timesteps();
  }

  @Override
  public double[] sigmas() {
    return run.sigmas();
  }

  @Override
  public double initNoiseSigma() {
    return initNoiseSigma;
  }

  @Override
  public float[] scaleModelInput(float[] sample, int index) {
    return run.scaleModelInput(sample, index);
  }

  @Override
  public float[] step(float[] modelOutput, int index, float[] sample, NoiseSource noise) {
    double sigma = run.at(index);
    double sigmaHat = churn.sigmaHat(sigma, run.steps());
    float[] x = churn.apply(sample, sigma, sigmaHat, noise);
    float[] x0 = SigmaSequence.x0(prediction, x, modelOutput, sigmaHat);
    return EulerStep.of(x, x0, sigmaHat, run.next(index));
  }

  @Override
  public float[] addNoise(float[] x0, float[] noise, int index) {
    return run.addNoise(x0, noise, index);
  }
}

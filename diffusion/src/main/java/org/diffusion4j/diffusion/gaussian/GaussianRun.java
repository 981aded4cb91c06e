package org.diffusion4j.diffusion.gaussian;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import org.diffusion4j.core.config.ConfigFile;
import org.diffusion4j.diffusion.sample.Clipping;
import org.diffusion4j.diffusion.sample.DdimConfig;
import org.diffusion4j.diffusion.sample.DiscreteSchedulerConfig;
import org.diffusion4j.diffusion.sample.EdmDpmSolverMultistepConfig;
import org.diffusion4j.diffusion.sample.EdmEulerConfig;
import org.diffusion4j.diffusion.sample.EdmSchedule;
import org.diffusion4j.diffusion.sample.LcmConfig;
import org.diffusion4j.diffusion.sample.NoiseSource;
import org.diffusion4j.diffusion.sample.Sampler;
import org.diffusion4j.diffusion.sample.SchedulerConfig;
import org.diffusion4j.diffusion.sample.SchedulerType;
import org.diffusion4j.diffusion.schedule.Betas;
import org.diffusion4j.diffusion.schedule.NoiseLevel;
import org.diffusion4j.diffusion.schedule.PredictionType;
import org.diffusion4j.diffusion.schedule.SigmaSpacing;
import org.diffusion4j.diffusion.schedule.TimestepChoice;

/**
 * A sampler's run on Gaussian data with a perfect model.
 *
 * <p>Such a run is linear in its first sample and in the noise that it draws, so that its samples
 * are normal with a mean and a variance that are known exactly: one value of the run shows the
 * mean, and one for each source of noise what a deviation there becomes.
 */
public final class GaussianRun {
  /** No sampler draws more in a step. */
  private static final int MAX_DRAWS_OF_STEP = 2;

  private final GaussianData data;
  private final SchedulerConfig config;
  private final int numInferenceSteps;

  /**
   * A config of Stable Diffusion's betas that puts no bounds on samples, with the sigmas of Karras
   * et al. where a sampler allows for them, and as many steps for distilled models as for others.
   *
   * @param timesteps which timesteps a run visits where the sampler has no such sigmas
   */
  public static SchedulerConfig config(SchedulerType type, TimestepChoice timesteps) {
    DdimConfig common =
        DdimConfig.DEFAULTS.with(
            ddim ->
                ddim.betas(Betas.STABLE_DIFFUSION).timesteps(timesteps).clipping(Clipping.NONE));
    ObjectNode karras = ConfigFile.fieldsOf(SigmaSpacing.KARRAS);
    karras.put("original_inference_steps", common.betas().numTrainTimesteps());
    return ConfigFile.over(karras, type.from(common));
  }

  /**
   * A run of so many steps.
   *
   * @param config of a sampler that takes noise away
   */
  public GaussianRun(GaussianData data, SchedulerConfig config, int numInferenceSteps) {
    this.data = data;
    this.config = config;
    this.numInferenceSteps = numInferenceSteps;
  }

  /**
   * How often the model is called.
   *
   * @throws IllegalArgumentException if the config does not allow for so many steps
   */
  public int modelCalls() {
    return config.sampler(numInferenceSteps).timesteps().length;
  }

  /**
   * How far the samples get from where they should be: the 2-Wasserstein distance between the
   * distributions of what the model is called on last, in standard deviations.
   *
   * <p>The step that follows leads out of all noise, where formulas for small steps no longer hold
   * and samplers differ on purpose.
   */
  public double error() {
    Sampler sampler = config.sampler(numInferenceSteps);
    int last = modelCalls() - 1;
    float[] sample = samples(sampler, last);
    float scale = sampler.scaleModelInput(new float[] {1}, last)[0];
    double mean = scale * sample[0];
    double variance = 0;
    for (int i = 1; i < sample.length; i++) {
      double deviation = scale * sample[i] - mean;
      variance += deviation * deviation;
    }
    NoiseLevel level = sampler.level(last);
    double exactMean = data.mean(level);
    double exactDeviation = data.standardDeviation(level);
    return Math.hypot(mean - exactMean, Math.sqrt(variance) - exactDeviation) / exactDeviation;
  }

  /** The mean of the run's results. */
  public double mean() {
    return samples(config.sampler(numInferenceSteps), modelCalls())[0];
  }

  /** After so many steps: the mean, and that plus one standard deviation of each draw. */
  private float[] samples(Sampler sampler, int steps) {
    float[] sample = new float[2 + MAX_DRAWS_OF_STEP * steps];
    float scale = sampler.scaleModelInput(new float[] {1}, 0)[0];
    Arrays.fill(sample, (float) (data.mean(sampler.level(0)) / scale));
    sample[1] += (float) (data.standardDeviation(sampler.level(0)) / scale);
    int[] draws = {0};
    NoiseSource oneByOne =
        size -> {
          float[] noise = new float[size];
          noise[2 + draws[0]++] = 1;
          return noise;
        };
    for (int i = 0; i < steps; i++) {
      float[] input = sampler.scaleModelInput(sample, i);
      sample = sampler.step(prediction(input, sampler.level(i)), i, sample, oneByOne);
    }
    return sample;
  }

  /** What a perfect model of the config's kind gives for its input. */
  private float[] prediction(float[] input, NoiseLevel level) {
    if (config instanceof EdmEulerConfig edm) {
      return edmPrediction(input, level, edm.edm(), edm.predictionType());
    } else if (config instanceof EdmDpmSolverMultistepConfig edm) {
      return edmPrediction(input, level, edm.edm(), edm.predictionType());
    }
    float[] x0 =
        config instanceof LcmConfig ? data.origin(input, level) : data.denoised(input, level);
    PredictionType predictionType =
        config instanceof DiscreteSchedulerConfig discrete
            ? discrete.predictionType()
            : PredictionType.FLOW_PREDICTION;
    return prediction(input, x0, level, predictionType);
  }

  /**
   * EDM's network predicts the velocity of data that are scaled to unit variance (Karras et al.
   * 2022, table 1), or for epsilon its opposite.
   */
  private float[] edmPrediction(
      float[] input, NoiseLevel level, EdmSchedule edm, PredictionType predictionType) {
    float[] x0 = data.denoised(input, level);
    for (int i = 0; i < x0.length; i++) {
      x0[i] /= (float) edm.sigmaData();
    }
    NoiseLevel scaled = NoiseLevel.ofRatio(level.sigma() / level.alpha() / edm.sigmaData());
    float[] velocity = prediction(input, x0, scaled, PredictionType.V_PREDICTION);
    if (predictionType == PredictionType.EPSILON) {
      for (int i = 0; i < velocity.length; i++) {
        velocity[i] = -velocity[i];
      }
    }
    return velocity;
  }

  private static float[] prediction(
      float[] sample, float[] x0, NoiseLevel level, PredictionType predictionType) {
    float[] prediction = new float[sample.length];
    for (int i = 0; i < prediction.length; i++) {
      double eps = (sample[i] - level.alpha() * x0[i]) / level.sigma();
      prediction[i] =
          (float)
              switch (predictionType) {
                case EPSILON -> eps;
                case V_PREDICTION -> level.alpha() * eps - level.sigma() * x0[i];
                case SAMPLE -> x0[i];
                case FLOW_PREDICTION -> eps - x0[i];
              };
    }
    return prediction;
  }
}

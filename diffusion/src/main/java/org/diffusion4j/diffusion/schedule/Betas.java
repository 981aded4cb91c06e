package org.diffusion4j.diffusion.schedule;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.diffusion4j.core.check.Require;

/**
 * The betas that a model was trained with: the variance of each forward step.
 *
 * @param numTrainTimesteps the timesteps that the model was trained on, at most 2^20
 * @param betaStart the first beta, in (0, 1)
 * @param betaEnd the last beta, from betaStart to below 1
 * @param betaSchedule how beta grows
 * @param trainedBetas the betas themselves, [numTrainTimesteps], in place of the three before
 */
@RecordBuilder
public record Betas(
    int numTrainTimesteps,
    double betaStart,
    double betaEnd,
    BetaSchedule betaSchedule,
    Optional<List<Float>> trainedBetas)
    implements BetasBuilder.With {

  /** DDPM's (Ho et al. 2020): 1000 timesteps, linear from 0.0001 to 0.02. */
  public static final Betas LINEAR =
      new Betas(1000, 0.0001, 0.02, BetaSchedule.LINEAR, Optional.empty());

  /** Stable Diffusion's (Rombach et al. 2022): 1000 timesteps, scaled linear to 0.012. */
  public static final Betas STABLE_DIFFUSION =
      new Betas(1000, 0.00085, 0.012, BetaSchedule.SCALED_LINEAR, Optional.empty());

  /**
   * Checks the fields against each other.
   *
   * @throws IllegalArgumentException if one is out of its range
   * @throws NullPointerException if betaSchedule is null
   */
  public Betas {
    Objects.requireNonNull(betaSchedule, "betaSchedule must not be null");
    trainedBetas = trainedBetas.map(List::copyOf);
    new NoiseSchedule(values(numTrainTimesteps, betaStart, betaEnd, betaSchedule, trainedBetas));
  }

  /** The forward process. */
  public NoiseSchedule noiseSchedule() {
    return noiseSchedule(false);
  }

  /**
   * The forward process, as it is or rescaled.
   *
   * @param rescaleBetasZeroSnr whether the last timestep is to be pure noise (see {@link
   *     NoiseSchedule#withZeroTerminalSnr})
   */
  public NoiseSchedule noiseSchedule(boolean rescaleBetasZeroSnr) {
    NoiseSchedule schedule =
        new NoiseSchedule(
            values(numTrainTimesteps, betaStart, betaEnd, betaSchedule, trainedBetas));
    return rescaleBetasZeroSnr ? schedule.withZeroTerminalSnr() : schedule;
  }

  private static float[] values(
      int numTrainTimesteps,
      double betaStart,
      double betaEnd,
      BetaSchedule betaSchedule,
      Optional<List<Float>> trainedBetas) {
    if (trainedBetas.isEmpty()) {
      return betaSchedule.betas(numTrainTimesteps, betaStart, betaEnd);
    }
    List<Float> trained = trainedBetas.get();
    Require.equal("size of trainedBetas", trained.size(), "numTrainTimesteps", numTrainTimesteps);
    float[] betas = new float[numTrainTimesteps];
    for (int t = 0; t < numTrainTimesteps; t++) {
      betas[t] = trained.get(t);
    }
    return betas;
  }
}

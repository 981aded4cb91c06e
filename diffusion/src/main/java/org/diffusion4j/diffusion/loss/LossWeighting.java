package org.diffusion4j.diffusion.loss;

import org.diffusion4j.core.check.Require;
import org.diffusion4j.diffusion.schedule.PredictionType;

/** How much the error of an image counts by the signal-to-noise ratio of its timestep. */
public sealed interface LossWeighting {
  /** Every timestep counts alike. */
  LossWeighting UNIFORM = new Uniform();

  /**
   * The weight of an image's mean squared error.
   *
   * @param snr the signal-to-noise ratio of its timestep, at least 0
   * @param predictionType what the error is of
   */
  double weight(double snr, PredictionType predictionType);

  /** Every timestep counts alike. */
  record Uniform() implements LossWeighting {
    @Override
    public double weight(double snr, PredictionType predictionType) {
      return 1;
    }
  }

  /**
   * Min-SNR weighting (Hang et al. 2023, section 3.4): an error of x0 weighs {@code min(snr,
   * gamma)}, which is {@code min(snr, gamma) / snr} of one of the noise and {@code min(snr, gamma)
   * / (snr + 1)} of one of the velocity.
   *
   * @param minSnrGamma gamma, positive; the paper uses 5
   */
  record MinSnr(double minSnrGamma) implements LossWeighting {
    public MinSnr {
      Require.positive("minSnrGamma", minSnrGamma);
    }

    @Override
    public double weight(double snr, PredictionType predictionType) {
      Require.notNegative("snr", snr);
      return switch (predictionType) {
        // min(snr, gamma) / snr, also where snr is 0.
        case EPSILON -> Math.min(1, minSnrGamma / snr);
        case V_PREDICTION -> Math.min(snr, minSnrGamma) / (snr + 1);
        case SAMPLE -> Math.min(snr, minSnrGamma);
        case FLOW_PREDICTION ->
            throw new IllegalArgumentException(
                "predictionType (=FLOW_PREDICTION) must be one of a noise schedule");
      };
    }
  }
}

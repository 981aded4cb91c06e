package org.diffusion4j.examples.cli;

import org.diffusion4j.diffusion.loss.LossWeighting;
import org.diffusion4j.diffusion.train.DenoisingConfig;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options that say what a denoiser is taught. */
final class DenoisingOptions {
  @Spec(Spec.Target.MIXEE)
  CommandSpec command;

  @Option(
      names = "--caption-dropout",
      paramLabel = "PROBABILITY",
      defaultValue = "0.1",
      description = "How often a caption is left out, for guidance.")
  double captionDropout;

  @Option(
      names = "--snr-gamma",
      paramLabel = "GAMMA",
      description =
          "Weigh timesteps by their signal-to-noise ratio up to this one (min-SNR, often 5); all"
              + " alike if not given.")
  Double snrGamma;

  /** What the options say. */
  DenoisingConfig config() {
    OptionRules.require(
        command,
        captionDropout >= 0 && captionDropout <= 1,
        "--caption-dropout",
        captionDropout,
        "must be from 0 to 1");
    if (snrGamma == null) {
      return new DenoisingConfig(captionDropout, LossWeighting.UNIFORM);
    }
    OptionRules.require(
        command,
        snrGamma > 0 && Double.isFinite(snrGamma),
        "--snr-gamma",
        snrGamma,
        "must be positive");
    return new DenoisingConfig(captionDropout, new LossWeighting.MinSnr(snrGamma));
  }
}

package org.diffusion4j.examples.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.diffusion4j.examples.train.ClipTraining;
import org.diffusion4j.examples.train.DiffusionTraining;
import org.diffusion4j.examples.train.VaeTraining;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Trains one part of a model. */
@Command(
    name = "train",
    description = "Trains one part of a model.",
    subcommands = {TrainCommand.Vae.class, TrainCommand.Clip.class, TrainCommand.Diffusion.class})
public final class TrainCommand {

  @Command(name = "vae", description = "Trains the autoencoder on pictures.")
  static final class Vae implements Callable<Integer> {
    @Mixin TrainingOptions options;

    @Option(
        names = "--learning-rate",
        paramLabel = "RATE",
        defaultValue = "0.001",
        description = "The highest rate, reached after a warm-up.")
    double learningRate;

    @Option(
        names = "--beta",
        paramLabel = "WEIGHT",
        defaultValue = "0.01",
        description = "The weight of the latents' divergence from the standard normal.")
    double beta;

    @Override
    public Integer call() throws IOException {
      options.require(beta >= 0 && Double.isFinite(beta), "--beta", beta, "must not be negative");
      return options.train(learningRate, settings -> VaeTraining.run(settings, beta));
    }
  }

  @Command(name = "clip", description = "Trains text and image encoder on captioned pictures.")
  static final class Clip implements Callable<Integer> {
    @Mixin TrainingOptions options;

    @Option(
        names = "--learning-rate",
        paramLabel = "RATE",
        defaultValue = "0.0005",
        description = "The highest rate, reached after a warm-up.")
    double learningRate;

    @Override
    public Integer call() throws IOException {
      return options.train(learningRate, ClipTraining::run);
    }
  }

  @Command(
      name = "diffusion",
      description = "Trains the denoiser, after the autoencoder and CLIP of the same model.")
  static final class Diffusion implements Callable<Integer> {
    @Mixin TrainingOptions options;

    @Option(
        names = "--learning-rate",
        paramLabel = "RATE",
        defaultValue = "0.001",
        description = "The highest rate, reached after a warm-up.")
    double learningRate;

    @Override
    public Integer call() throws IOException {
      return options.train(learningRate, DiffusionTraining::run);
    }
  }
}

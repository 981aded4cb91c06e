package org.diffusion4j.examples.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.diffusion4j.diffusion.lora.LoraConfig;
import org.diffusion4j.diffusion.pipeline.ModelFolder;
import org.diffusion4j.diffusion.train.DenoisingConfig;
import org.diffusion4j.diffusion.train.LoraTraining;
import org.diffusion4j.examples.cli.TrainingOptions.Defaults;
import org.diffusion4j.examples.train.ClipTraining;
import org.diffusion4j.examples.train.DiffusionTraining;
import org.diffusion4j.examples.train.VaeTraining;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Trains one part of a model. */
@Command(
    name = "train",
    description = {
      "Trains one part of a model: first the autoencoder and CLIP, then the denoiser that builds on"
          + " both. finetune and lora train the denoiser of any model folder further.",
      "Example: diffusion4j train vae --model runs/fashion"
    },
    subcommands = {
      TrainCommand.Vae.class,
      TrainCommand.Clip.class,
      TrainCommand.Diffusion.class,
      TrainCommand.Adapter.class,
      FineTuneCommand.class,
      TrainClassifierCommand.class
    })
public final class TrainCommand {

  @Command(
      name = "vae",
      description = {
        "Trains the autoencoder, which presses pictures into a few numbers and draws them again.",
        "Example: diffusion4j train vae --model runs/fashion --steps 2000"
      })
  static final class Vae implements Callable<Integer> {
    private static final Defaults DEFAULTS = new Defaults(1e-3, 64);

    @Mixin DataOption data;
    @Mixin TrainingOptions options;

    @Option(
        names = "--beta",
        paramLabel = "WEIGHT",
        defaultValue = "0.005",
        description = "The weight of the latents' divergence from the standard normal.")
    double beta;

    @Override
    public Integer call() throws IOException {
      OptionRules.require(
          options.command,
          beta >= 0 && Double.isFinite(beta),
          "--beta",
          beta,
          "must not be negative");
      return options.train(
          DEFAULTS, (settings, encoding) -> VaeTraining.run(settings, data.train(), beta));
    }
  }

  @Command(
      name = "clip",
      description = {
        "Trains text and image encoder on captioned pictures, so that what belongs together is"
            + " alike.",
        "Example: diffusion4j train clip --model runs/fashion --steps 3000"
      })
  static final class Clip implements Callable<Integer> {
    private static final Defaults DEFAULTS = new Defaults(5e-4, 64);

    @Mixin DataOption data;
    @Mixin TrainingOptions options;

    @Override
    public Integer call() throws IOException {
      return options.train(
          DEFAULTS, (settings, encoding) -> ClipTraining.run(settings, data.train()));
    }
  }

  @Command(
      name = "diffusion",
      description = {
        "Trains the denoiser, after the autoencoder and CLIP of the same model.",
        "Example: diffusion4j train diffusion --model runs/fashion --steps 8000 --batch-size 32"
      })
  static final class Diffusion implements Callable<Integer> {
    private static final Defaults DEFAULTS = new Defaults(1e-3, 64);

    @Mixin DataOption data;
    @Mixin TrainingOptions options;

    @Override
    public Integer call() throws IOException {
      return options.train(
          DEFAULTS,
          (settings, encoding) -> DiffusionTraining.run(settings, data.train(), encoding));
    }
  }

  @Command(
      name = "lora",
      description = {
        "Trains an adapter of low rank (LoRA) of a denoiser, which stays as it is.",
        "Example: diffusion4j train lora --model runs/fashion --steps 500 -o"
            + " pytorch_lora_weights.safetensors"
      })
  static final class Adapter implements Callable<Integer> {
    /** Those of diffusers' training. */
    private static final Defaults DEFAULTS = new Defaults(1e-4, 16);

    @Mixin PicturesOption pictures;
    @Mixin TrainingOptions options;
    @Mixin DenoisingOptions denoising;

    @Option(
        names = "--rank",
        paramLabel = "RANK",
        defaultValue = "4",
        description = "The features between the adapter's two factors.")
    int rank;

    @Option(
        names = "--alpha",
        paramLabel = "ALPHA",
        description = "The adapter counts alpha / rank; the rank if not given.")
    Double alpha;

    @Option(
        names = "--target-modules",
        paramLabel = "NAME",
        split = ",",
        defaultValue = "to_q,to_k,to_v,to_out.0",
        description = "The layers that get an adapter, by the ends of their names.")
    List<String> targetModules;

    @Option(
        names = {"-o", "--output"},
        paramLabel = "FILE",
        required = true,
        description = "The safetensors file to write.")
    Path output;

    @Override
    public Integer call() throws IOException {
      double scale = alpha == null ? rank : alpha;
      OptionRules.atLeastOne(options.command, "--rank", rank);
      OptionRules.require(
          options.command,
          scale > 0 && Double.isFinite(scale),
          "--alpha",
          scale,
          "must be positive");
      OutputOption.check(output);
      DenoisingConfig learned = denoising.config();
      LoraConfig config = new LoraConfig(rank, scale, targetModules);
      return options.train(
          DEFAULTS,
          (settings, encoding) -> {
            ModelFolder model = ModelOption.open(settings.model());
            return new LoraTraining(model, output, config, learned, settings.run())
                .run(pictures.read(model), encoding);
          },
          "Wrote " + output + ".");
    }
  }
}

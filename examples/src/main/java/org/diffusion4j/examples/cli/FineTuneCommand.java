package org.diffusion4j.examples.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.diffusion4j.core.train.EmaDecay;
import org.diffusion4j.core.train.LearningRateSchedule;
import org.diffusion4j.core.train.TrainingConfig;
import org.diffusion4j.diffusion.pipeline.ModelFolder;
import org.diffusion4j.diffusion.train.DenoisingConfig;
import org.diffusion4j.diffusion.train.FineTuning;
import org.diffusion4j.diffusion.train.TrainingRun;
import org.diffusion4j.examples.cli.TrainingOptions.Defaults;
import org.diffusion4j.examples.train.TrainingSettings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Trains the denoiser of a model further. */
@Command(
    name = "finetune",
    description = {
      "Trains the denoiser of a model further on pictures of your own, and writes a whole model to"
          + " another folder; the model itself stays as it is.",
      "Example: diffusion4j train finetune --model runs/fashion --data pictures --steps 500 -o"
          + " runs/mine"
    })
final class FineTuneCommand implements Callable<Integer> {
  /** Those of diffusers' training. */
  private static final Defaults DEFAULTS = new Defaults(1e-5, 16);

  @Mixin PicturesOption pictures;
  @Mixin TrainingOptions options;
  @Mixin DenoisingOptions denoising;

  @Option(
      names = "--ema-decay",
      paramLabel = "DECAY",
      defaultValue = "0",
      description =
          "How much of the averaged weights each step keeps, such as 0.9999; 0 for the weights of"
              + " the last step.")
  double emaDecay;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "DIR",
      required = true,
      description = "The folder to write the model to, with log and checkpoint; made if missing.")
  Path output;

  @Override
  public Integer call() throws IOException {
    OptionRules.require(
        options.command,
        emaDecay >= 0 && emaDecay < 1,
        "--ema-decay",
        emaDecay,
        "must be from 0 to below 1");
    if (pictures.folder.isEmpty()) {
      throw new ParameterException(
          options.command.commandLine(), "Missing required option: '--data=DIR'");
    }
    DenoisingConfig learned = denoising.config();
    return options.train(
        DEFAULTS,
        (settings, encoding) -> {
          ModelFolder model = ModelOption.open(settings.model());
          FineTuning tuning = new FineTuning(model, output, learned, run(settings));
          return tuning.run(pictures.read(model), encoding);
        },
        "The model is in " + output + ".");
  }

  /** At one rate. */
  private TrainingRun run(TrainingSettings settings) {
    TrainingRun run = settings.run();
    TrainingConfig config =
        run.config()
            .withLearningRate(LearningRateSchedule.constant(settings.learningRate()))
            .withEma(EmaDecay.of(emaDecay));
    return run.withConfig(config);
  }
}

package org.diffusion4j.examples.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import org.diffusion4j.core.execution.Execution;
import org.diffusion4j.diffusion.train.CaptionedLatents;
import org.diffusion4j.examples.train.TrainingSettings;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options that all trainings share. */
final class TrainingOptions {
  @Spec(Spec.Target.MIXEE)
  CommandSpec command;

  @Option(
      names = "--model",
      paramLabel = "DIR",
      required = true,
      description = "Folder of the model; vae, clip and diffusion make it if it is missing.")
  Path model;

  @Option(
      names = "--steps",
      paramLabel = "COUNT",
      defaultValue = "2000",
      description = "The number of steps.")
  long steps;

  @Option(
      names = "--batch-size",
      paramLabel = "COUNT",
      description = "Pictures a step: 64 if not given, 16 for lora and finetune.")
  Integer batchSize;

  @Option(
      names = {"--learning-rate", "--lr"},
      paramLabel = "RATE",
      description =
          "The highest rate, reached after a warm-up; for finetune that of every step. 0.001 if not"
              + " given, 0.0005 for clip, 0.0001 for lora, 0.00001 for finetune.")
  Double learningRate;

  @Option(
      names = "--seed",
      paramLabel = "NUMBER",
      defaultValue = "0",
      description = "The seed of all randomness.")
  long seed;

  @Option(
      names = "--checkpoint-every",
      paramLabel = "STEPS",
      defaultValue = "500",
      description = "Steps from one checkpoint to the next.")
  long checkpointEvery;

  @Mixin ExecutionOptions execution;

  @Option(names = "--resume", description = "Go on from the last checkpoint.")
  boolean resume;

  /** One of the trainings; says whether it came to its end. */
  interface Training {
    boolean run(TrainingSettings settings, CaptionedLatents.Progress encoding) throws IOException;
  }

  /**
   * What holds where nothing is said.
   *
   * @param learningRate the highest
   * @param batchSize pictures a step
   */
  record Defaults(double learningRate, int batchSize) {}

  /** Trains, shows the progress, and returns the exit code. */
  int train(Defaults defaults, Training training) throws IOException {
    return train(defaults, training, "The trained part is in " + model + ".");
  }

  /**
   * Trains, shows the progress, and returns the exit code.
   *
   * @param done what to say when the training came to its end
   */
  int train(Defaults defaults, Training training, String done) throws IOException {
    double rate = learningRate == null ? defaults.learningRate() : learningRate;
    int batch = batchSize == null ? defaults.batchSize() : batchSize;
    OptionRules.atLeastOne(command, "--steps", steps);
    OptionRules.atLeastOne(command, "--batch-size", batch);
    OptionRules.atLeastOne(command, "--checkpoint-every", checkpointEvery);
    OptionRules.require(
        command, rate > 0 && Double.isFinite(rate), "--learning-rate", rate, "must be positive");
    Execution chosen = execution.execution(command);
    CommandLine commandLine = command.commandLine();
    PrintWriter err = commandLine.getErr();
    ProgressDisplay progress = new ProgressDisplay(err);
    try (Interruption interruption = Interruption.watch();
        EncodingDisplay encoding = new EncodingDisplay(err, interruption::requested)) {
      boolean completed =
          training.run(
              new TrainingSettings(
                  model,
                  steps,
                  batch,
                  rate,
                  seed,
                  checkpointEvery,
                  resume,
                  List.of(progress),
                  interruption::requested,
                  chosen),
              encoding);
      if (completed) {
        commandLine.getOut().println(done);
        return CommandLine.ExitCode.OK;
      }
      err.println(
          progress.lastStep() == 0
              ? "Stopped before the first step."
              : "Stopped after step "
                  + progress.lastStep()
                  + "; the same command with --resume goes on from there.");
      return Failures.INTERRUPTED;
    }
  }
}

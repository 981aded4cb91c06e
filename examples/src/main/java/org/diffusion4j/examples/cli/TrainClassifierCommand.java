package org.diffusion4j.examples.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import me.tongfei.progressbar.ProgressBar;
import org.diffusion4j.core.data.ImageDataSet;
import org.diffusion4j.examples.evaluate.ClothesClassifier;
import org.diffusion4j.examples.model.ShippedModel;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Trains the classifier that judges generated pictures. */
@Command(
    name = "classifier",
    description = {
      "Trains the classifier by which evaluate judges generated pictures.",
      "Example: diffusion4j train classifier --model runs/fashion"
    })
final class TrainClassifierCommand implements Callable<Integer> {
  @Spec CommandSpec command;
  @Mixin DataOption data;
  @Mixin ThreadsOption threads;

  @Option(
      names = "--model",
      paramLabel = "DIR",
      required = true,
      description = "Folder of the model that it is to stand beside; made if it is missing.")
  Path model;

  @Option(
      names = "--steps",
      paramLabel = "COUNT",
      defaultValue = "2400",
      description = "The number of steps of 64 pictures.")
  int steps;

  @Option(
      names = "--seed",
      paramLabel = "NUMBER",
      defaultValue = "0",
      description = "The seed of all randomness.")
  long seed;

  @Override
  public Integer call() throws IOException {
    OptionRules.atLeastOne(command, "--steps", steps);
    Path file = model.resolve(ShippedModel.CLASSIFIER);
    if (Files.exists(file)) {
      throw new IllegalStateException(
          file + " is there already: train in another folder, or remove it");
    }
    int processors = threads.count(command);
    ImageDataSet images = data.train();
    try (Interruption interruption = Interruption.watch();
        ProgressBar bar =
            ProgressBars.builder("Training", "steps", steps, command.commandLine().getErr())
                .build()) {
      ClothesClassifier.train(
              images,
              steps,
              seed,
              processors,
              step -> {
                if (interruption.requested()) {
                  throw new CancellationException("cancelled after " + step + " steps");
                }
                bar.stepTo(step);
              })
          .save(file);
    }
    command.commandLine().getOut().println("The classifier is in " + file + ".");
    return CommandLine.ExitCode.OK;
  }
}

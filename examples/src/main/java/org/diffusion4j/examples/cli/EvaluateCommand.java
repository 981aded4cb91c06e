package org.diffusion4j.examples.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.diffusion4j.core.execution.Execution;
import org.diffusion4j.core.files.FileLookup;
import org.diffusion4j.core.files.Json;
import org.diffusion4j.core.image.ImageFiles;
import org.diffusion4j.core.image.ImageGrid;
import org.diffusion4j.diffusion.pipeline.GenerationRequest;
import org.diffusion4j.diffusion.pipeline.ModelFolder;
import org.diffusion4j.examples.data.FashionMnist;
import org.diffusion4j.examples.evaluate.ClothesClassifier;
import org.diffusion4j.examples.evaluate.Evaluation;
import org.diffusion4j.examples.model.FashionModels;
import org.diffusion4j.examples.model.ShippedModel;
import org.nd4j.linalg.api.ndarray.INDArray;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures all parts of a model. */
@Command(
    name = "evaluate",
    description = {
      "Measures a model on the 2,000 pictures that nothing is trained on: how well the autoencoder"
          + " reconstructs them, how often CLIP names what they show, and how often an independent"
          + " classifier sees the right class in generated pictures. It takes minutes.",
      "Example: diffusion4j evaluate --seed 7"
    })
public final class EvaluateCommand implements Callable<Integer> {
  @Spec CommandSpec command;
  @Mixin ModelOption model;
  @Mixin DataOption data;
  @Mixin SamplingOptions sampling;
  @Mixin ExecutionOptions execution;

  @Option(
      names = "--per-class",
      paramLabel = "COUNT",
      defaultValue = "20",
      description = "Generated pictures of each of the ten classes.")
  int perClass;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "A PNG file to write the generated pictures to, a row for each class.")
  Path output;

  @Option(names = "--json", description = "Print the figures as JSON.")
  boolean json;

  @Override
  public Integer call() throws IOException {
    ModelFolder folder = model.open();
    GenerationRequest request = sampling.request(command, model, folder, "", 1);
    OptionRules.atLeastOne(command, "--per-class", perClass);
    if (output != null) {
      OutputOption.check(output);
    }
    Execution chosen = execution.execution(command);
    FashionMnist pictures = data.read();
    Map<String, Double> figures = new LinkedHashMap<>();
    INDArray images;
    try (Interruption interruption = Interruption.watch();
        StageBars bars = new StageBars(command.commandLine().getErr())) {
      ClothesClassifier classifier = classifier(folder);
      Evaluation evaluation =
          new Evaluation(folder, pictures, chosen, bars, interruption::requested);
      figures.put("vae_reconstruction_mse", evaluation.reconstructionError());
      figures.put("clip_zero_shot_accuracy", evaluation.zeroShotAccuracy());
      images = evaluation.generate(perClass, SamplingOptions.parallel(perClass), request);
      figures.put(
          "generated_class_accuracy",
          (double) evaluation.recognized(classifier, images) / images.size(0));
      figures.put("classifier_accuracy", evaluation.accuracy(classifier));
    }
    print(figures, images.size(0));
    if (output != null) {
      ImageGrid grid = ImageGrid.readable(perClass, Math.toIntExact(images.size(3)));
      ImageFiles.write(
          output,
          grid.drawRows(images, FashionMnist.CLASS_NAMES),
          SamplingOptions.texts(request, model, chosen));
    }
    return CommandLine.ExitCode.OK;
  }

  /** The classifier that was trained beside the model, else the one in the jar. */
  private static ClothesClassifier classifier(ModelFolder folder) throws IOException {
    Path own = folder.root().resolve(ShippedModel.CLASSIFIER);
    return ClothesClassifier.load(
        FileLookup.fileExists(own)
            ? own
            : ShippedModel.unpack().root().resolve(ShippedModel.CLASSIFIER),
        FashionModels.IMAGE_SIZE,
        FashionMnist.CLASS_NAMES.size());
  }

  private void print(Map<String, Double> figures, long generated) throws IOException {
    PrintWriter out = command.commandLine().getOut();
    if (json) {
      out.println(Json.pretty(figures));
      return;
    }
    print(out, "Reconstruction error of held-out pictures", figures.get("vae_reconstruction_mse"));
    print(out, "CLIP's zero-shot accuracy on them", figures.get("clip_zero_shot_accuracy"));
    print(
        out,
        "Generated pictures of the right class, of " + generated,
        figures.get("generated_class_accuracy"));
    print(out, "The judging classifier's own accuracy", figures.get("classifier_accuracy"));
  }

  private static void print(PrintWriter out, String name, double figure) {
    out.printf(Locale.ROOT, "%-48s %.4f%n", name, figure);
  }
}

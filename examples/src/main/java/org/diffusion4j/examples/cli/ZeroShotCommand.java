package org.diffusion4j.examples.cli;

import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.diffusion4j.clip.ClipModel;
import org.diffusion4j.clip.ZeroShotClassifier;
import org.diffusion4j.core.execution.Execution;
import org.diffusion4j.diffusion.pipeline.ModelFolder;
import org.diffusion4j.diffusion.pipeline.ModelFolder.Part;
import org.diffusion4j.examples.data.FashionMnist;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Says what pictures show, by sentences that CLIP compares them with. */
@Command(
    name = "zero-shot",
    description = {
      "Says which of several sentences fits a picture best. Without files, it takes pictures from"
          + " the held-out set; without sentences, those about the ten classes.",
      "Example: diffusion4j zero-shot --label \"a photo of a shoe\" --label \"a photo of a bag\""
          + " bag.png"
    })
public final class ZeroShotCommand implements Callable<Integer> {
  /** How many of the best classes to print for a picture. */
  private static final int BEST = 3;

  @Spec CommandSpec command;
  @Mixin PictureOptions pictures;
  @Mixin ModelOption model;
  @Mixin ExecutionOptions execution;

  @Option(
      names = "--label",
      paramLabel = "TEXT",
      showDefaultValue = CommandLine.Help.Visibility.NEVER,
      description = "A sentence to compare with; give the option once for each.")
  List<String> labels = List.of();

  @Override
  public Integer call() throws IOException {
    Execution chosen = execution.execution(command);
    PictureOptions.Pictures given = pictures.read(command);
    List<String> names = labels.isEmpty() ? FashionMnist.CLASS_NAMES : labels;
    List<List<String>> sentences =
        labels.isEmpty()
            ? IntStream.range(0, names.size()).mapToObj(FashionMnist::captions).toList()
            : labels.stream().map(List::of).toList();
    ModelFolder folder = model.open();
    ClipModel clip = new ClipModel(folder.clipConfig());
    float[][] probabilities;
    try (ZeroShotClassifier classifier =
        ZeroShotClassifier.of(
            clip,
            folder.load(Part.CLIP, clip.parameters()),
            folder.tokenizer(Part.CLIP),
            given.names().size(),
            sentences,
            chosen)) {
      probabilities = classifier.probabilities(given.images());
    }
    for (int i = 0; i < probabilities.length; i++) {
      command
          .commandLine()
          .getOut()
          .println(given.names().get(i) + ": " + best(probabilities[i], names));
    }
    return CommandLine.ExitCode.OK;
  }

  private static String best(float[] probabilities, List<String> names) {
    return IntStream.range(0, names.size())
        .boxed()
        .sorted(Comparator.comparingDouble(k -> -probabilities[k]))
        .limit(BEST)
        .map(k -> String.format(Locale.ROOT, "%s %.3f", names.get(k), probabilities[k]))
        .collect(Collectors.joining(", "));
  }
}

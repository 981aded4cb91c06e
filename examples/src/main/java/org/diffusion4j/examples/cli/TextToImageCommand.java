package org.diffusion4j.examples.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import me.tongfei.progressbar.ProgressBar;
import org.diffusion4j.core.execution.NativeThreads;
import org.diffusion4j.core.image.ImageFiles;
import org.diffusion4j.core.image.ImageGrid;
import org.diffusion4j.core.image.PixelImage;
import org.diffusion4j.diffusion.pipeline.ModelFolder;
import org.diffusion4j.diffusion.pipeline.TextToImagePipeline;
import org.diffusion4j.diffusion.pipeline.TextToImageRequest;
import org.diffusion4j.examples.model.FashionModels;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes pictures of a sentence. */
@Command(
    name = "text2image",
    description = {
      "Makes a picture of a sentence, such as \"a photo of a sneaker\": it starts from noise and"
          + " removes a part of it in each step, guided by the sentence.",
      "Example: diffusion4j text2image \"a photo of a sneaker\" -o sneaker.png"
    })
public final class TextToImageCommand implements Callable<Integer> {
  /** Columns of a grid of pictures. */
  private static final int COLUMNS = 4;

  /** More would not fit on a picture that can be looked at. */
  private static final int MAX_COUNT = 10_000;

  @Spec CommandSpec command;

  @Parameters(paramLabel = "PROMPT", description = "The sentence; empty for any picture.")
  String prompt;

  @Mixin ModelOption model;

  @Mixin OutputOption output;

  @Option(
      names = "--count",
      paramLabel = "COUNT",
      defaultValue = "1",
      description = "The number of pictures; more than one make a labelled grid.")
  int count;

  @Mixin SamplingOptions sampling;

  @Override
  public Integer call() throws IOException {
    TextToImageRequest request = sampling.request(command, prompt, count);
    OptionRules.require(
        command, count <= MAX_COUNT, "--count", count, "must be at most " + MAX_COUNT);
    output.check();
    NativeThreads.use(1);
    PrintWriter err = command.commandLine().getErr();
    ModelFolder folder = model.open();
    List<INDArray> images;
    try (Interruption interruption = Interruption.watch();
        TextToImagePipeline pipeline =
            TextToImagePipeline.open(
                folder, FashionModels.IMAGE_SIZE, SamplingOptions.parallel(count))) {
      warnOfTruncation("prompt", request.prompt(), pipeline);
      warnOfTruncation("negative prompt", request.negativePrompt(), pipeline);
      try (ProgressBar bar =
          ProgressBars.builder("Denoising", "steps", pipeline.steps(request), err).build()) {
        images =
            pipeline.generate(
                request, (image, step, latents) -> bar.step(), interruption::requested);
      }
    }
    ImageFiles.write(output.file, picture(request, images), SamplingOptions.texts(request, folder));
    command.commandLine().getOut().println("Wrote " + output.file + ".");
    return CommandLine.ExitCode.OK;
  }

  private void warnOfTruncation(String name, String text, TextToImagePipeline pipeline) {
    if (!pipeline.fits(text)) {
      command
          .commandLine()
          .getErr()
          .println(
              "diffusion4j: warning: the "
                  + name
                  + " ("
                  + text.length()
                  + " characters) is longer than the model reads, its end is left out");
    }
  }

  private static PixelImage picture(TextToImageRequest request, List<INDArray> images) {
    INDArray all = Nd4j.concat(0, images.toArray(INDArray[]::new));
    ImageGrid grid =
        ImageGrid.readable(Math.min(COLUMNS, images.size()), Math.toIntExact(all.size(3)));
    if (images.size() == 1) {
      return PixelImage.of(all).enlarged(grid.scale());
    }
    List<String> captions =
        IntStream.range(0, images.size())
            .mapToObj(i -> request.prompt() + ", seed " + (request.seed() + i))
            .toList();
    return grid.draw(all, captions);
  }
}

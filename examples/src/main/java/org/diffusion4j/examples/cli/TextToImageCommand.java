package org.diffusion4j.examples.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import org.diffusion4j.clip.token.ClipTokenizer;
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
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes pictures of a sentence. */
@Command(
    name = "text2image",
    description = {
      "Makes a picture of a sentence, such as \"a photo of a sneaker\": it starts from noise and"
          + " removes a part of it in each step, guided by the sentence.",
      "Example: diffusion4j text2image \"a photo of a sneaker\" --model runs/fashion -o sneaker.png"
    })
public final class TextToImageCommand implements Callable<Integer> {
  /** Columns of a grid of pictures. */
  private static final int COLUMNS = 4;

  @Spec CommandSpec command;

  @Parameters(paramLabel = "PROMPT", description = "The sentence; empty for any picture.")
  String prompt;

  @Option(
      names = "--model",
      paramLabel = "DIR",
      required = true,
      description = "Folder of the model, as train writes it.")
  Path model;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      required = true,
      description = "The PNG file to write.")
  Path output;

  @Option(
      names = "--count",
      defaultValue = "1",
      description = "The number of pictures; more than one make a labelled grid.")
  int count;

  @Option(names = "--steps", defaultValue = "30", description = "The number of steps.")
  int steps;

  @Option(
      names = "--guidance",
      paramLabel = "SCALE",
      defaultValue = "3",
      description = "How strongly to follow the sentence; 1 for no guidance.")
  double guidance;

  @Option(
      names = "--negative-prompt",
      paramLabel = "TEXT",
      defaultValue = "",
      description = "What the picture should not show.")
  String negativePrompt;

  @Option(
      names = "--seed",
      defaultValue = "0",
      description = "The seed of the first picture; the next has the next seed.")
  long seed;

  @Option(
      names = "--eta",
      defaultValue = "0",
      description = "Noise added in each step, from 0 (none) to 1.")
  double eta;

  @Override
  public Integer call() throws IOException {
    TextToImageRequest request = request();
    Path folder = output.toAbsolutePath().getParent();
    if (folder == null || !Files.isWritable(folder)) {
      throw new IOException("output folder " + folder + " must exist and be writable");
    }
    try (Interruption interruption = Interruption.watch();
        TextToImagePipeline pipeline =
            TextToImagePipeline.open(
                new ModelFolder(model), ClipTokenizer.standard(), FashionModels.IMAGE_SIZE);
        ProgressBar bar =
            new ProgressBarBuilder()
                .setTaskName("Denoising")
                .setInitialMax((long) count * steps)
                .build()) {
      List<INDArray> images =
          pipeline.generate(request, (image, step, latents) -> bar.step(), interruption::requested);
      write(images);
    }
    command.commandLine().getOut().println("Wrote " + output + ".");
    return CommandLine.ExitCode.OK;
  }

  private TextToImageRequest request() {
    try {
      return new TextToImageRequest(prompt, negativePrompt, count, steps, guidance, seed, eta);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command.commandLine(), e.getMessage(), e);
    }
  }

  private void write(List<INDArray> images) {
    INDArray all = Nd4j.concat(0, images.toArray(INDArray[]::new));
    ImageGrid grid = ImageGrid.readable(Math.min(COLUMNS, count), Math.toIntExact(all.size(3)));
    PixelImage picture =
        count == 1
            ? PixelImage.of(all).enlarged(grid.scale())
            : grid.draw(
                all,
                IntStream.range(0, count).mapToObj(i -> prompt + ", seed " + (seed + i)).toList());
    ImageFiles.write(
        output,
        picture,
        Map.of(
            "prompt", prompt,
            "negative_prompt", negativePrompt,
            "seed", String.valueOf(seed),
            "steps", String.valueOf(steps),
            "guidance_scale", String.valueOf(guidance),
            "eta", String.valueOf(eta)));
  }
}

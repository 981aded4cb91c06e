package org.diffusion4j.examples.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import me.tongfei.progressbar.ProgressBar;
import org.diffusion4j.core.execution.Execution;
import org.diffusion4j.core.image.ImageFiles;
import org.diffusion4j.core.image.ImageGrid;
import org.diffusion4j.core.image.PixelImage;
import org.diffusion4j.diffusion.pipeline.GeneratedImage;
import org.diffusion4j.diffusion.pipeline.GenerationRequest;
import org.diffusion4j.diffusion.pipeline.LatentGeometry;
import org.diffusion4j.diffusion.pipeline.ModelFolder;
import org.diffusion4j.diffusion.pipeline.StableDiffusionPipeline;
import org.diffusion4j.diffusion.pipeline.Task;
import org.diffusion4j.vae.LatentCodec;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What the commands that make pictures of a sentence have in common. */
final class GenerationOptions {
  /** Columns of a grid of pictures. */
  private static final int COLUMNS = 4;

  /** More would not fit on a picture that can be looked at. */
  private static final int MAX_COUNT = 10_000;

  /** What a command makes pictures from. */
  @FunctionalInterface
  interface TaskOf {
    /** The task for a model's images. */
    Task of(LatentGeometry geometry);
  }

  @Spec(Spec.Target.MIXEE)
  CommandSpec command;

  @Parameters(
      index = "0",
      paramLabel = "PROMPT",
      description = "The sentence; empty for any picture.")
  String prompt;

  @Mixin ModelOption model;
  @Mixin LoraOption lora;
  @Mixin OutputOption output;

  @Option(
      names = "--count",
      paramLabel = "COUNT",
      defaultValue = "1",
      description = "The number of pictures; more than one make a labelled grid.")
  int count;

  @Mixin SamplingOptions sampling;
  @Mixin LatentsOptions latents;

  @Option(
      names = "--vae-tiling",
      description = "Decode large pictures in tiles, which takes less memory.")
  boolean vaeTiling;

  @Option(
      names = "--parallel",
      paramLabel = "COUNT",
      showDefaultValue = CommandLine.Help.Visibility.NEVER,
      description =
          "How many pictures to make at a time, one on each processor if not given; each takes"
              + " memory of its own. The pictures are the same.")
  int parallel = Runtime.getRuntime().availableProcessors();

  @Mixin ExecutionOptions execution;

  /**
   * Checks the option of commands that begin with a picture.
   *
   * @throws picocli.CommandLine.ParameterException if it is out of its range
   */
  void requireStrength(double strength) {
    OptionRules.require(
        command, strength > 0 && strength <= 1, "--strength", strength, "must be above 0, up to 1");
  }

  /**
   * Makes the pictures and writes them.
   *
   * @return the exit code
   */
  int generate(TaskOf task) throws IOException {
    ModelFolder folder = model.open();
    GenerationRequest asked = sampling.request(command, model, folder, prompt, count);
    OptionRules.require(
        command, count <= MAX_COUNT, "--count", count, "must be at most " + MAX_COUNT);
    OptionRules.atLeastOne(command, "--parallel", parallel);
    output.check();
    latents.check(command, output.file);
    Execution chosen = execution.execution(command);
    PrintWriter err = command.commandLine().getErr();
    GenerationRequest request;
    List<GeneratedImage> images;
    try (Interruption interruption = Interruption.watch();
        StableDiffusionPipeline pipeline =
            StableDiffusionPipeline.open(
                lora.applyTo(folder),
                Math.min(count, parallel),
                LatentCodec.Options.DEFAULTS.withTiling(vaeTiling),
                chosen)) {
      warnOfTruncation("prompt", asked.prompt(), pipeline);
      warnOfTruncation("negative prompt", asked.negativePrompt(), pipeline);
      request = asked.withTask(task.of(pipeline.geometry())).withLatents(latents.read());
      try (ProgressBar bar =
          ProgressBars.builder("Denoising", "steps", steps(pipeline, request), err).build()) {
        images = pipeline.generate(request, step -> bar.step(), interruption::requested);
      }
    }
    ImageFiles.write(output.file, picture(images), texts(request, chosen));
    latents.write(images);
    PrintWriter out = command.commandLine().getOut();
    out.println("Wrote " + output.file + ".");
    latents.end.ifPresent(file -> out.println("Wrote " + file + "."));
    return CommandLine.ExitCode.OK;
  }

  private Map<String, String> texts(GenerationRequest request, Execution execution) {
    Map<String, String> texts = SamplingOptions.texts(request, model, execution);
    if (!lora.files.isEmpty()) {
      texts.put("lora", lora.text());
    }
    latents.start.ifPresent(file -> texts.put("latents", String.valueOf(file.getFileName())));
    return texts;
  }

  /** Before the work begins: whether the model can do what was asked for. */
  private int steps(StableDiffusionPipeline pipeline, GenerationRequest request) {
    try {
      return pipeline.steps(request);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command.commandLine(), e.getMessage(), e);
    }
  }

  private void warnOfTruncation(String name, String text, StableDiffusionPipeline pipeline) {
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

  private PixelImage picture(List<GeneratedImage> images) {
    INDArray all =
        Nd4j.concat(0, images.stream().map(GeneratedImage::image).toArray(INDArray[]::new));
    ImageGrid grid =
        ImageGrid.readable(Math.min(COLUMNS, images.size()), Math.toIntExact(all.size(3)));
    if (images.size() == 1) {
      return PixelImage.of(all).enlarged(grid.scale());
    }
    List<String> captions =
        IntStream.range(0, images.size())
            .mapToObj(i -> prompt + ", seed " + (sampling.seed + i))
            .toList();
    return grid.draw(all, captions);
  }
}

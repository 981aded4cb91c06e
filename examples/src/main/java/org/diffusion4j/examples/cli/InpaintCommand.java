package org.diffusion4j.examples.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.diffusion4j.core.image.ColorMode;
import org.diffusion4j.core.image.ImageFiles;
import org.diffusion4j.diffusion.pipeline.LatentGeometry;
import org.diffusion4j.diffusion.pipeline.Task;
import org.diffusion4j.vae.VaeImageProcessor;
import org.nd4j.linalg.api.ndarray.INDArray;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a part of a picture anew. */
@Command(
    name = "inpaint",
    description = {
      "Makes a part of a picture anew, guided by a sentence: where the mask is white. Models for"
          + " inpainting see the rest of the picture; others work too.",
      "Example: diffusion4j inpaint \"a photo of a sneaker\" shoe.png --mask sole.png -o new.png"
    })
public final class InpaintCommand implements Callable<Integer> {
  @Mixin GenerationOptions generation;

  @Parameters(index = "1", paramLabel = "PICTURE", description = "A PNG or JPEG file.")
  Path picture;

  @Option(
      names = "--mask",
      paramLabel = "FILE",
      required = true,
      description =
          "A PNG or JPEG file: white where the picture is made anew, black where it stays.")
  Path mask;

  @Option(
      names = "--strength",
      paramLabel = "SHARE",
      defaultValue = "1",
      description =
          "How far to leave what was there, from above 0 to 1; so much of the steps are made.")
  double strength;

  @Mixin SizeOptions size;

  @Override
  public Integer call() throws IOException {
    generation.requireStrength(strength);
    return generation.generate(this::task);
  }

  private Task task(LatentGeometry geometry) {
    INDArray image = size.read(picture, geometry);
    INDArray anew =
        VaeImageProcessor.ofMasks(geometry.downscale())
            .preprocess(
                ImageFiles.readPixels(mask, ColorMode.GRAY),
                Math.toIntExact(image.size(2)),
                Math.toIntExact(image.size(3)));
    return new Task.Inpainting(image, anew, strength);
  }
}

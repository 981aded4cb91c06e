package org.diffusion4j.examples.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.diffusion4j.diffusion.pipeline.Task;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes pictures of a sentence from another picture. */
@Command(
    name = "image2image",
    description = {
      "Makes a picture of a sentence from another picture: it adds noise to that picture and"
          + " removes it again, guided by the sentence.",
      "Example: diffusion4j image2image \"a photo of a sneaker\" sketch.png --strength 0.6"
          + " -o sneaker.png"
    })
public final class ImageToImageCommand implements Callable<Integer> {
  @Mixin GenerationOptions generation;

  @Parameters(index = "1", paramLabel = "PICTURE", description = "A PNG or JPEG file.")
  Path picture;

  @Option(
      names = "--strength",
      paramLabel = "SHARE",
      defaultValue = "0.8",
      description =
          "How far to leave the picture, from above 0 to 1; so much of the steps are made.")
  double strength;

  @Mixin SizeOptions size;

  @Override
  public Integer call() throws IOException {
    generation.requireStrength(strength);
    return generation.generate(
        geometry -> new Task.ImageToImage(size.read(picture, geometry), strength));
  }
}

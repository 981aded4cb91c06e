package org.diffusion4j.examples.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Makes pictures of a sentence. */
@Command(
    name = "text2image",
    description = {
      "Makes a picture of a sentence, such as \"a photo of a sneaker\": it starts from noise and"
          + " removes a part of it in each step, guided by the sentence.",
      "Example: diffusion4j text2image \"a photo of a sneaker\" -o sneaker.png"
    })
public final class TextToImageCommand implements Callable<Integer> {
  @Mixin GenerationOptions generation;
  @Mixin SizeOptions size;

  @Override
  public Integer call() throws IOException {
    return generation.generate(size::textToImage);
  }
}

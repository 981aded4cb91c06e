package org.diffusion4j.examples.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.diffusion4j.core.InvalidFileException;
import org.diffusion4j.core.weights.DType;
import org.diffusion4j.core.weights.SafetensorsFile;
import org.diffusion4j.core.weights.SafetensorsWriter;
import org.diffusion4j.diffusion.pipeline.GeneratedImage;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** The options for the latents that pictures begin and end with. */
final class LatentsOptions {
  private static final String KEY = "latents";

  @Option(
      names = "--latents",
      paramLabel = "FILE",
      description =
          "A safetensors file whose tensor \"latents\" is the noise to begin with, in place of that"
              + " of the seed.")
  Optional<Path> start;

  @Option(
      names = "--save-latents",
      paramLabel = "FILE",
      description = "A safetensors file to write the final latents to, as tensor \"latents\".")
  Optional<Path> end;

  /**
   * Checks, before the work begins, that the file can be written.
   *
   * @param picture the file that the pictures go to
   * @throws picocli.CommandLine.ParameterException if it is the same
   */
  void check(CommandSpec command, Path picture) throws IOException {
    if (end.isPresent()) {
      OptionRules.require(
          command,
          !end.get().toAbsolutePath().normalize().equals(picture.toAbsolutePath().normalize()),
          "--save-latents",
          end.get(),
          "must be another file than --output");
      OutputOption.check(end.get());
    }
  }

  /**
   * The noise to begin with, if there is any.
   *
   * @throws org.diffusion4j.core.InvalidFileException if the file holds none
   */
  Optional<INDArray> read() {
    return start.map(
        file -> {
          try (SafetensorsFile tensors = SafetensorsFile.open(file)) {
            if (!tensors.names().contains(KEY)) {
              throw new InvalidFileException(file, "must hold a tensor named " + KEY);
            }
            return tensors.read(KEY);
          }
        });
  }

  /** Writes the final latents if they are wanted. */
  void write(List<GeneratedImage> images) {
    end.ifPresent(
        file ->
            SafetensorsWriter.write(
                file,
                Map.of(
                    KEY,
                    Nd4j.concat(
                        0, images.stream().map(GeneratedImage::latents).toArray(INDArray[]::new))),
                DType.F32,
                Map.of()));
  }
}

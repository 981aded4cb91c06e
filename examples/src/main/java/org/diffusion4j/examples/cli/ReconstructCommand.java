package org.diffusion4j.examples.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.diffusion4j.core.execution.Execution;
import org.diffusion4j.core.image.ImageFiles;
import org.diffusion4j.core.image.ImageGrid;
import org.diffusion4j.diffusion.pipeline.ModelFolder;
import org.diffusion4j.diffusion.pipeline.ModelFolder.Part;
import org.diffusion4j.examples.model.FashionModels;
import org.diffusion4j.vae.AutoencoderKL;
import org.diffusion4j.vae.LatentCodec;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Sends pictures through the autoencoder and shows what comes back. */
@Command(
    name = "reconstruct",
    description = {
      "Shows pictures above what the autoencoder makes of them: pressed into a quarter as many"
          + " numbers and drawn again. Without files, pictures from the held-out set.",
      "Example: diffusion4j reconstruct --count 8 -o reconstructions.png"
    })
public final class ReconstructCommand implements Callable<Integer> {
  @Spec CommandSpec command;
  @Mixin PictureOptions pictures;
  @Mixin ModelOption model;
  @Mixin ExecutionOptions execution;

  @Mixin OutputOption output;

  @Override
  public Integer call() throws IOException {
    output.check();
    Execution run = execution.execution(command);
    PictureOptions.Pictures chosen = pictures.read(command);
    INDArray originals = chosen.images();
    int count = chosen.names().size();
    ModelFolder folder = model.open();
    AutoencoderKL vae = new AutoencoderKL(folder.vaeConfig());
    INDArray reconstructions;
    try (LatentCodec codec =
        new LatentCodec(
            vae, folder.load(Part.VAE, vae.parameters()), LatentCodec.Options.DEFAULTS, run)) {
      reconstructions = codec.reconstruct(originals);
    }
    ImageGrid grid = ImageGrid.readable(count, FashionModels.IMAGE_SIZE);
    ImageFiles.write(
        output.file,
        grid.drawRows(
            Nd4j.concat(0, originals, reconstructions), List.of("original", "reconstruction")),
        Map.of());

    List<String> lines = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      double error =
          reconstructions.slice(i).squaredDistance(originals.slice(i))
              / originals.slice(i).length();
      lines.add(
          String.format(Locale.ROOT, "%s: mean squared error %.4f", chosen.names().get(i), error));
    }
    lines.add("Wrote " + output.file + ".");
    lines.forEach(command.commandLine().getOut()::println);
    return CommandLine.ExitCode.OK;
  }
}

package org.diffusion4j.benchmarks.large;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.diffusion4j.benchmarks.command.HelpOption;
import org.diffusion4j.core.weights.DType;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Writes a random model. */
@Command(
    name = "write",
    description = {
      "Writes a U-Net of Stable Diffusion 1.5's shape with random weights.",
      "Example: large-model write sd15 --dtype f16 --shard-size 1GB"
    },
    showDefaultValues = true)
final class WriteModelCommand implements Callable<Integer> {
  /** What a model is written as. */
  enum Precision {
    F32(DType.F32),
    F16(DType.F16),
    BF16(DType.BF16);

    private final DType dtype;

    Precision(DType dtype) {
      this.dtype = dtype;
    }
  }

  @Spec CommandSpec command;
  @Mixin HelpOption help;

  @Parameters(paramLabel = "DIR", description = "The folder to write to, without a model in it.")
  Path folder;

  @Option(names = "--dtype", description = "One of ${COMPLETION-CANDIDATES}.")
  Precision precision = Precision.F32;

  @Option(
      names = "--shard-size",
      paramLabel = "SIZE",
      converter = FileSize.class,
      description = "The most bytes of a file, such as 500MB or 2GB; one file if not given.")
  Long shardSize;

  @Option(names = "--seed", description = "What the weights are drawn from.")
  long seed;

  @Override
  public Integer call() throws IOException {
    UNetFolder model = new UNetFolder(folder);
    if (model.exists()) {
      throw new ParameterException(
          command.commandLine(), "DIR (=" + folder + ") must be without a model");
    }
    Stopwatch watch = new Stopwatch();
    model.write(seed, precision.dtype, shardSize == null ? Long.MAX_VALUE : shardSize);
    command
        .commandLine()
        .getOut()
        .printf(
            Locale.ROOT,
            "wrote %.2f GB, number of files %d, in %.1f s%n",
            model.size() / 1e9,
            model.weightFiles().size(),
            watch.lap().seconds());
    return CommandLine.ExitCode.OK;
  }
}

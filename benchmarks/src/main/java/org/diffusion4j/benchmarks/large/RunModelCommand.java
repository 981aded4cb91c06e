package org.diffusion4j.benchmarks.large;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.diffusion4j.benchmarks.command.HelpOption;
import org.diffusion4j.core.execution.Execution;
import org.diffusion4j.core.execution.GraphExecutor;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.ParameterSpec;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.random.Generator;
import org.diffusion4j.core.weights.Weights;
import org.diffusion4j.unet.UNet2DConditionModel;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Measures a model that {@link WriteModelCommand} wrote. */
@Command(
    name = "run",
    description = {
      "Loads a U-Net and predicts, and says what that takes in time and memory.",
      "Example: large-model run sd15 --batch 2"
    },
    showDefaultValues = true)
final class RunModelCommand implements Callable<Integer> {
  /** What CLIP's text encoder gives for every prompt. */
  private static final int TOKENS = 77;

  private static final float TIMESTEP = 500;
  private static final long INPUT_SEED = 7;

  @Spec CommandSpec command;
  @Mixin HelpOption help;

  @Parameters(paramLabel = "DIR", description = "The folder of the model.")
  Path folder;

  @Option(names = "--batch", description = "Latents in a prediction.")
  int batch = 1;

  @Option(names = "--size", description = "Height and width of the latents.")
  int size = 64;

  @Option(names = "--forwards", description = "Predictions; 0 loads all weights and does no more.")
  int forwards = 4;

  @Option(names = "--threads", description = "Threads to compute on.")
  int threads = 1;

  @Override
  public Integer call() throws IOException, InterruptedException {
    atLeast("--batch", batch, 1);
    atLeast("--size", size, 1);
    atLeast("--forwards", forwards, 0);
    atLeast("--threads", threads, 1);
    PrintWriter out = command.commandLine().getOut();
    UNetFolder files = new UNetFolder(folder);
    UNet2DConditionModel model = files.model();
    print("cat", String.format(Locale.ROOT, "%8.2f s", cat(files.weightFiles()).seconds()));

    Stopwatch listing = new Stopwatch();
    List<ParameterSpec> parameters = model.parameters();
    print("list the parameters", listing.lap());
    long values = parameters.stream().mapToLong(ParameterSpec::size).sum();
    print("number of values", values);
    print("float32 size", gigabytes(values * Float.BYTES));
    out.flush();
    if (forwards > 0) {
      // What the first prediction needs, it reads itself.
      predict(model, files.open(parameters));
      printResidentSize("forward");
    } else {
      Stopwatch loading = new Stopwatch();
      files.load(parameters);
      print("load", loading.lap());
      printResidentSize("load");
    }
    return CommandLine.ExitCode.OK;
  }

  private void predict(UNet2DConditionModel model, Weights weights) {
    Stopwatch building = new Stopwatch();
    Graph graph = new Graph();
    Tensor sample = graph.input("sample", batch, model.config().inChannels(), size, size);
    Tensor timesteps = graph.input("timesteps", batch);
    Tensor text =
        graph.input("encoder_hidden_states", batch, TOKENS, model.config().crossAttentionDim());
    graph.named("prediction", model.build(graph, sample, timesteps, text));
    print("build the graph", building.lap());

    Generator generator = new Generator(INPUT_SEED);
    Map<String, INDArray> inputs =
        Map.of(
            "sample", generator.randn(sample.shapeArray()),
            "timesteps", Nd4j.valueArrayOf(new long[] {batch}, TIMESTEP),
            "encoder_hidden_states", generator.randn(text.shapeArray()));
    List<Stopwatch.Lap> laps = new ArrayList<>();
    try (GraphExecutor executor = Execution.auto().withThreads(threads).open(graph, weights)) {
      for (int i = 0; i < forwards; i++) {
        Stopwatch forward = new Stopwatch();
        executor.run(inputs, "prediction").close();
        laps.add(forward.lap());
        command.commandLine().getOut().flush();
      }
    }
    print("first forward", laps.get(0));
    if (forwards > 1) {
      List<Stopwatch.Lap> later = laps.subList(1, forwards).stream().sorted().toList();
      print("median of later forwards", later.get((later.size() - 1) / 2));
    }
  }

  /** What reading the files alone takes. */
  private static Stopwatch.Lap cat(List<Path> files) throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(List.of("cat"));
    files.forEach(file -> words.add(file.toAbsolutePath().toString()));
    Stopwatch watch = new Stopwatch();
    int code =
        new ProcessBuilder(words)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start()
            .waitFor();
    if (code != 0) {
      throw new IOException("cat must end with 0, but ended with " + code);
    }
    return watch.lap();
  }

  private void printResidentSize(String after) throws IOException {
    ResidentSize resident = ResidentSize.read();
    print("resident after " + after, gigabytes(resident.now()));
    print("peak resident after " + after, gigabytes(resident.peak()));
  }

  private static String gigabytes(long bytes) {
    return String.format(Locale.ROOT, "%8.2f GB", bytes / 1e9);
  }

  private void print(String what, Object value) {
    command.commandLine().getOut().printf("%-28s %s%n", what, value);
  }

  private void atLeast(String option, int value, int minimum) {
    if (value < minimum) {
      throw new ParameterException(
          command.commandLine(), option + " (=" + value + ") must be at least " + minimum);
    }
  }
}

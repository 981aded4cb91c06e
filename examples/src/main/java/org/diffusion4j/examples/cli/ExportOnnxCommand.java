package org.diffusion4j.examples.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import org.diffusion4j.core.onnx.OnnxOptions;
import org.diffusion4j.diffusion.pipeline.OnnxPart;
import org.diffusion4j.diffusion.pipeline.PartGraph;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Writes a part of a model as an ONNX model. */
@Command(
    name = "export-onnx",
    description = {
      "Writes a part of a model as an ONNX model, for ONNX Runtime and others. It is for one size of"
          + " pictures and one number of rows. Inputs and outputs are named as in diffusers' ONNX"
          + " pipelines. What would be 2 GiB or more has its weights in a file beside it.",
      "Example: diffusion4j export-onnx --model stable-diffusion-v1-5 --part unet --batch 2 -o"
          + " exported"
    })
public final class ExportOnnxCommand implements Callable<Integer> {
  private static final String ENDING = ".onnx";
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  @Spec CommandSpec command;
  @Mixin ModelOption model;

  @Option(
      names = "--part",
      paramLabel = "PART",
      required = true,
      description = "One of ${COMPLETION-CANDIDATES} (capitals or not).")
  OnnxPart part;

  @Mixin PartShapeOptions shape;

  @Option(
      names = "--attention",
      paramLabel = "FORM",
      defaultValue = "STANDARD",
      description =
          "How attention is computed (capitals or not): STANDARD, which every runtime has, or"
              + " ONNX_RUNTIME, which is ONNX Runtime's own and faster where pictures are large.")
  OnnxOptions.Attention attention;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "DIR_OR_FILE",
      required = true,
      description =
          "The file to write, if it ends in .onnx; else a folder, made if missing, in which it is"
              + " PART/model.onnx.")
  Path output;

  @Override
  public Integer call() throws IOException {
    shape.check();
    boolean isFile = output.toString().toLowerCase(Locale.ROOT).endsWith(ENDING);
    if (isFile) {
      OutputOption.check(output);
    }
    try (PartGraph graph = shape.build(part, model.open())) {
      Path file = output;
      if (!isFile) {
        file = output.resolve(part.folder()).resolve("model" + ENDING);
        Files.createDirectories(file.getParent());
      }
      write(graph, file);
      PrintWriter out = command.commandLine().getOut();
      print(out, "input", List.copyOf(graph.graph().inputs().keySet()), graph);
      print(out, "output", graph.outputs(), graph);
      out.println("Wrote " + file + ".");
    }
    return CommandLine.ExitCode.OK;
  }

  private void write(PartGraph graph, Path file) {
    int weights = graph.graph().parameters().size();
    PrintWriter err = command.commandLine().getErr();
    try (Interruption interruption = Interruption.watch();
        LateBar bar = new LateBar("Writing", "weights", weights, err, PATIENCE)) {
      graph.writeOnnx(
          file,
          new OnnxOptions(attention),
          (done, total) -> {
            if (interruption.requested()) {
              throw new CancellationException(
                  "cancelled after writing " + done + " of " + total + " weights");
            }
            bar.step();
          });
    }
  }

  private static void print(PrintWriter out, String kind, List<String> names, PartGraph graph) {
    for (String name : names) {
      out.println(kind + " " + name + " " + graph.graph().tensor(name).shape());
    }
  }
}

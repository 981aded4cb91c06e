package org.diffusion4j.examples.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.diffusion4j.examples.inspect.Inspection;
import org.diffusion4j.examples.inspect.InspectionJson;
import org.diffusion4j.examples.inspect.InspectionTables;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Tells what a model folder or a file of weights holds. */
@Command(
    name = "inspect",
    description = {
      "Tells what a model folder or a safetensors file holds: its parts, their classes, tensors,"
          + " types and sizes. Only configs and headers are read, so that it answers at once.",
      "Example: diffusion4j inspect stable-diffusion-v1-5"
    })
public final class InspectCommand implements Callable<Integer> {
  @Spec CommandSpec command;

  @Parameters(paramLabel = "PATH", description = "A model folder or a safetensors file.")
  Path path;

  @Option(
      names = "--tensors",
      description =
          "List every tensor. Without it, a folder shows its parts, and a file with many tensors"
              + " groups of them.")
  boolean tensors;

  @Option(names = "--json", description = "Print everything as JSON, with every tensor.")
  boolean json;

  @Override
  public Integer call() throws IOException {
    Inspection inspection = Inspection.of(path);
    PrintWriter out = command.commandLine().getOut();
    if (json) {
      out.println(InspectionJson.of(inspection).toPrettyString());
    } else {
      new InspectionTables(inspection, tensors).print(out);
    }
    out.flush();
    return CommandLine.ExitCode.OK;
  }
}

package org.diffusion4j.benchmarks.compare;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.diffusion4j.benchmarks.command.CommandLines;
import org.diffusion4j.benchmarks.command.HelpOption;
import org.diffusion4j.core.execution.Precision;
import org.diffusion4j.core.files.AtomicFiles;
import org.diffusion4j.examples.cli.LibraryOutput;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** One contender at one work, in this process. */
@Command(
    name = "compare-one",
    description = {
      "Times one contender at one work; compare starts a process of this for each.",
      "Example: compare-one train-small samediff --data weights --result result.json"
    },
    showDefaultValues = true)
final class CompareOneCommand implements Callable<Integer> {
  @Mixin HelpOption help;

  @Parameters(index = "0", paramLabel = "WORK", converter = Labels.Works.class)
  Work work;

  @Parameters(index = "1", paramLabel = "CONTENDER", converter = Labels.Contenders.class)
  Contender contender;

  @Option(names = "--data", required = true, description = "The folder of the weights.")
  Path data;

  @Option(names = "--result", required = true, description = "The file for what is measured.")
  Path result;

  @Option(names = "--threads", description = "The native threads.")
  int threads = 1;

  @Option(names = "--repeats", description = "Timed runs, at least.")
  int repeats = CompareCommand.LEAST_REPEATS;

  @Option(names = "--limit", description = "Seconds after which no timed run begins.")
  double limitSeconds = Double.POSITIVE_INFINITY;

  /** Runs the command and ends the process with its exit code. */
  public static void main(String[] arguments) {
    System.exit(CommandLines.of(new CompareOneCommand()).execute(arguments));
  }

  @Override
  public Integer call() throws IOException {
    PrintStream progress = System.out;
    System.setOut(new LibraryOutput(System.err));
    Entry entry;
    try {
      entry =
          Entry.measured(
              work, contender, threads, measure(new Meter(repeats, limitSeconds, progress)));
    } catch (Exception | LinkageError | OutOfMemoryError e) {
      e.printStackTrace();
      entry = Entry.failed(work, contender, threads, sentence(e));
    }
    AtomicFiles.write(result, Comparison.JSON.writeValueAsBytes(entry));
    return CommandLine.ExitCode.OK;
  }

  private Measurement measure(Meter meter) throws IOException {
    Engine engine = contender.engine();
    Precision precision = contender.precision();
    if (!work.isNetwork()) {
      try (Session session = engine.openPictures(precision, threads)) {
        return meter.measure(session, engine.library(), PictureSession.weightCount(), 0);
      }
    }
    NetworkTask task = work.task(data);
    try (Session session = engine.open(work, task, precision, threads)) {
      return meter.measure(session, engine.library(), task.weightCount(), task.flops());
    }
  }

  /** The first line, without the stack that torch appends. */
  private static String sentence(Throwable e) {
    return e.getMessage() == null ? e.toString() : e.getMessage().lines().findFirst().orElse("");
  }
}

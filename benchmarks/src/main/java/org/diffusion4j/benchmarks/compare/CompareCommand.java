package org.diffusion4j.benchmarks.compare;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.diffusion4j.benchmarks.command.CommandLines;
import org.diffusion4j.benchmarks.command.HelpOption;
import org.diffusion4j.core.files.AtomicFiles;
import org.diffusion4j.core.files.FileLookup;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Times the framework and its peers at the same works. */
@Command(
    name = CompareCommand.NAME,
    description = {
      "Times the framework and its peers at the same works, each in a process of its own, and"
          + " compares what comes out. Results are added to those in DIR as they come, so that a"
          + " comparison may be made part by part.",
      "Example: compare --work train-small --contender samediff,pytorch-f32 -o comparison"
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:success", "1:failure, or nothing could be measured", "2:bad usage"})
public final class CompareCommand implements Callable<Integer> {
  /** The first argument that leads here. */
  public static final String NAME = "compare";

  /** As many runs are asked for where nothing else is said. */
  static final int LEAST_REPEATS = 10;

  @Spec CommandSpec command;
  @Mixin HelpOption help;

  @Option(
      names = "--work",
      paramLabel = "WORK",
      split = ",",
      converter = Labels.Works.class,
      completionCandidates = Labels.Works.class,
      description = "What to time, all if not given: ${COMPLETION-CANDIDATES}.")
  List<Work> works = List.of(Work.values());

  @Option(
      names = "--contender",
      paramLabel = "CONTENDER",
      split = ",",
      converter = Labels.Contenders.class,
      completionCandidates = Labels.Contenders.class,
      description = "Who is timed, all if not given: ${COMPLETION-CANDIDATES}.")
  List<Contender> contenders = Contender.ALL;

  @Option(
      names = "--threads",
      paramLabel = "COUNT",
      description = "Native threads of each, one for each processor if not given.")
  int threads = Runtime.getRuntime().availableProcessors();

  @Option(
      names = "--repeats",
      paramLabel = "COUNT",
      description = "Timed runs of each at least, " + LEAST_REPEATS + " if not given; no fewer.")
  int repeats = LEAST_REPEATS;

  @Option(
      names = "--limit",
      paramLabel = "SECONDS",
      description =
          "What is slower than that in all its timed runs has fewer, but at least "
              + Meter.LEAST_RUNS
              + ".")
  double limitSeconds = Double.POSITIVE_INFINITY;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "Where the random weights are, or are written to where they are missing, up to 4 GB; a"
              + " temporary folder if not given.")
  Path data;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "DIR",
      required = true,
      description = "The folder of compare.md and compare.json.")
  Path output;

  private CompareCommand() {}

  /** The command line. */
  public static CommandLine commandLine() {
    return CommandLines.of(new CompareCommand());
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    require(threads >= 1, "--threads (=" + threads + ") must be at least 1");
    require(
        repeats >= LEAST_REPEATS, "--repeats (=" + repeats + ") must be at least " + LEAST_REPEATS);
    require(limitSeconds > 0, "--limit (=" + limitSeconds + ") must be positive");
    Files.createDirectories(output);
    Path json = output.resolve("compare.json");
    Comparison comparison = Comparison.read(json, Machine.read());
    boolean measured = false;
    Optional<Path> temporary = data == null ? Optional.of(temporaryFolder()) : Optional.empty();
    Path weights = temporary.orElse(data);
    try {
      for (Work work : works) {
        write(work, Files.createDirectories(weights));
        for (Contender contender : contenders) {
          if (contender.engine().does(work)) {
            Entry entry = measure(work, contender, weights);
            measured |= entry.measurement().isPresent();
            comparison = comparison.with(entry);
            comparison.write(json);
            AtomicFiles.write(
                output.resolve("compare.md"),
                MarkdownReport.of(comparison).getBytes(StandardCharsets.UTF_8));
          }
        }
      }
    } finally {
      temporary.ifPresent(CompareCommand::delete);
    }
    return measured ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
  }

  private void require(boolean holds, String sentence) {
    if (!holds) {
      throw new ParameterException(command.commandLine(), sentence);
    }
  }

  private void write(Work work, Path folder) {
    Optional<Path> missing = work.missing(folder);
    if (missing.isPresent()) {
      print(work.label() + ": write " + missing.get());
      work.write(folder);
    }
  }

  private Entry measure(Work work, Contender contender, Path weights)
      throws IOException, InterruptedException {
    String name = work.label() + " " + contender.label();
    print(name);
    contender.engine().prepare(work, weights);
    Path log = output.resolve(work.label() + "-" + contender.label() + ".log");
    Entry entry =
        new ChildProcess(weights.toAbsolutePath(), log, threads, repeats, limitSeconds)
            .run(work, contender);
    String result =
        entry
            .measurement()
            .map(m -> String.format(Locale.ROOT, "median %,.2f ms", m.median()))
            .orElseGet(() -> "failed: " + entry.failure().orElse(""));
    print(name + ": " + result);
    return entry;
  }

  private void print(String line) {
    PrintWriter out = command.commandLine().getOut();
    out.println(line);
    out.flush();
  }

  /** Which is deleted on Ctrl-C too. */
  private static Path temporaryFolder() throws IOException {
    Path folder = Files.createTempDirectory("compare");
    Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(folder), "end of the weights"));
    return folder;
  }

  private static void delete(Path folder) {
    if (!FileLookup.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.deleteIfExists(file);
      }
      Files.deleteIfExists(folder);
    } catch (IOException e) {
      // It lies in the folder of temporary files, which the system empties.
    }
  }
}

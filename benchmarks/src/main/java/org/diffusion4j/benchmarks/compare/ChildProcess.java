package org.diffusion4j.benchmarks.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;

/**
 * Runs a contender at a work in a Java virtual machine of its own, as this one was started.
 *
 * @param data the folder of the weights
 * @param log where what libraries say goes
 */
record ChildProcess(Path data, Path log, int threads, int repeats, double limitSeconds) {
  /** A child that is killed ends with this and the number of the signal. */
  private static final int SIGNALS = 128;

  private static final int SIGKILL = 9;

  /**
   * Runs until the child has ended; what it tells of its progress goes to the standard output.
   *
   * @return what it measured, or why it did not
   */
  Entry run(Work work, Contender contender) throws IOException, InterruptedException {
    Path result = Files.createTempFile("compare", ".json");
    result.toFile().deleteOnExit();
    try {
      Files.createDirectories(log.toAbsolutePath().getParent());
      int code = execute(jvm(work, contender, result));
      if (code == 0 && Files.size(result) > 0) {
        Entry entry = Comparison.JSON.readValue(result.toFile(), Entry.class);
        if (entry.measurement().isPresent()) {
          Files.deleteIfExists(log);
        }
        return entry;
      }
      return Entry.failed(work, contender, threads, reason(code));
    } catch (UnsatisfiedLinkError e) {
      return Entry.failed(work, contender, threads, e.getMessage());
    } finally {
      Files.deleteIfExists(result);
    }
  }

  private String reason(int code) {
    if (code == SIGNALS + SIGKILL) {
      return "it was killed, as happens where memory is out";
    }
    return "it ended with exit code " + code + ", see " + log.getFileName();
  }

  private int execute(ProcessBuilder builder) throws IOException, InterruptedException {
    builder
        .redirectOutput(ProcessBuilder.Redirect.INHERIT)
        .redirectError(log.toFile())
        .environment()
        .put("OMP_NUM_THREADS", String.valueOf(threads));
    Process process = builder.start();
    Thread hook = new Thread(process::destroyForcibly, "end of the child");
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      int code = process.waitFor();
      Runtime.getRuntime().removeShutdownHook(hook);
      return code;
    } catch (IllegalStateException e) {
      // The shutdown has begun, and its hook has ended the child: that is no result.
      throw new CancellationException("it was stopped");
    } finally {
      process.destroyForcibly();
    }
  }

  private ProcessBuilder jvm(Work work, Contender contender, Path result) {
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of(work.label(), contender.label()));
    arguments.addAll(List.of("--data", data.toString(), "--result", result.toString()));
    arguments.addAll(List.of("--threads", String.valueOf(threads)));
    arguments.addAll(List.of("--repeats", String.valueOf(repeats)));
    arguments.addAll(List.of("--limit", String.valueOf(limitSeconds)));
    return ChildJvm.of(contender.engine(), CompareOneCommand.class, arguments);
  }
}

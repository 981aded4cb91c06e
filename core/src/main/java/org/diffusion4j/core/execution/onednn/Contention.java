package org.diffusion4j.core.execution.onednn;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How many threads wait for a processor that this process may use. */
@FunctionalInterface
interface Contention {

  /** How many wait now, or did on average since the last look; negative where processors idle. */
  double waiting() throws IOException;

  /**
   * What the system tells, if it tells anything.
   *
   * <p>Where this process may use every processor of the machine, the machine's threads count.
   * Where a container limits it to fewer, those of other containers do not: the control group's own
   * pressure counts.
   */
  static Optional<Contention> ofThisProcess() {
    Path load = Path.of("/proc/loadavg");
    Path pressure = Path.of("/sys/fs/cgroup/cpu.pressure");
    int machine = machineProcessors();
    if (machine > 0 && Runtime.getRuntime().availableProcessors() >= machine) {
      return Files.isReadable(load) ? Optional.of(ofMachine(load, machine)) : Optional.empty();
    }
    return Files.isReadable(pressure)
        ? Optional.of(ofControlGroup(pressure, System::nanoTime))
        : Optional.empty();
  }

  /** The processors of the machine, whatever part of them this process may use; 0 if unknown. */
  static int machineProcessors() {
    try {
      return (int)
          Files.readString(Path.of("/proc/stat"))
              .lines()
              .filter(l -> l.matches("cpu\\d.*"))
              .count();
    } catch (IOException e) {
      return 0;
    }
  }

  /**
   * The threads of a machine that run or want to, but for the one that looks, beyond its
   * processors.
   *
   * @param load such as {@code 0.20 0.18 0.12 1/80 11206}
   */
  static Contention ofMachine(Path load, int processors) {
    Pattern running = Pattern.compile("(?:\\S+ ){3}(\\d+)/");
    return () -> number(running, Files.readString(load)) - 1 - processors;
  }

  /**
   * The share of the time since the last look in which a thread of a control group waited.
   *
   * @param pressure such as {@code some avg10=0.00 avg60=0.00 avg300=0.00 total=87389}, in
   *     microseconds
   * @param nanos the time
   */
  static Contention ofControlGroup(Path pressure, LongSupplier nanos) {
    Pattern total = Pattern.compile("some .*total=(\\d+)");
    return new Contention() {
      private long lastNanos = nanos.getAsLong();
      private long lastTotal = -1;

      @Override
      public double waiting() throws IOException {
        long now = nanos.getAsLong();
        long micros = number(total, Files.readString(pressure));
        double waiting = lastTotal < 0 ? 0 : (micros - lastTotal) * 1e3 / (now - lastNanos);
        lastNanos = now;
        lastTotal = micros;
        return waiting;
      }
    };
  }

  private static long number(Pattern pattern, String text) throws IOException {
    Matcher matcher = pattern.matcher(text);
    if (!matcher.find()) {
      throw new IOException("no number in " + text);
    }
    return Long.parseLong(matcher.group(1));
  }
}

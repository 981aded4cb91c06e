package org.diffusion4j.benchmarks.large;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What the process holds of the machine's memory, mapped files included; Linux alone says it.
 *
 * @param now bytes at this moment
 * @param peak the most bytes so far
 */
public record ResidentSize(long now, long peak) {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final long KIB = 1024;

  /**
   * The sizes of this process.
   *
   * @throws IOException if the system does not say them
   */
  public static ResidentSize read() throws IOException {
    return new ResidentSize(field("VmRSS:"), field("VmHWM:"));
  }

  private static long field(String name) throws IOException {
    for (String line : Files.readAllLines(STATUS)) {
      if (line.startsWith(name)) {
        String[] words = line.substring(name.length()).strip().split("\\s+", 2);
        return Long.parseLong(words[0]) * KIB;
      }
    }
    throw new IOException(STATUS + " must have a line " + name);
  }
}

package org.diffusion4j.benchmarks.compare;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * What was measured on.
 *
 * @param cpu the model of the processor
 * @param features which of its vector instructions matter here
 * @param processors how many there are
 * @param memoryBytes of the machine
 * @param system the operating system
 * @param java the Java virtual machine
 */
record Machine(
    String cpu,
    List<String> features,
    int processors,
    long memoryBytes,
    String system,
    String java) {
  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

  private static final List<String> KNOWN_FEATURES =
      List.of(
          "avx2",
          "avx512f",
          "avx512_vnni",
          "avx512_bf16",
          "avx512_fp16",
          "amx_tile",
          "amx_int8",
          "amx_bf16");

  /** This machine. */
  static Machine read() throws IOException {
    List<String> flags = Arrays.asList(cpuInfo("flags").split(" "));
    return new Machine(
        cpuInfo("model name"),
        KNOWN_FEATURES.stream().filter(flags::contains).toList(),
        Runtime.getRuntime().availableProcessors(),
        ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize(),
        System.getProperty("os.name") + " " + System.getProperty("os.arch"),
        System.getProperty("java.vm.name") + " " + Runtime.version());
  }

  /** Whether figures of both may stand in one table. */
  boolean comparesWith(Machine other) {
    return cpu.equals(other.cpu)
        && features.equals(other.features)
        && processors == other.processors;
  }

  private static String cpuInfo(String key) throws IOException {
    for (String line : Files.readAllLines(CPU_INFO)) {
      int colon = line.indexOf(':');
      if (colon > 0 && line.substring(0, colon).strip().equals(key)) {
        return line.substring(colon + 1).strip();
      }
    }
    return "unknown";
  }
}

package org.diffusion4j.examples.cli;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Properties;

/**
 * The bounds of ND4J's memory outside the Java heap.
 *
 * <p>Arrays wait for the garbage collector, which knows nothing of their size; only at these bounds
 * is it asked to run. JavaCPP reads them once, when its first class loads.
 */
public final class NativeMemory {
  /** The most bytes in arrays. */
  static final String MAX_BYTES = "org.bytedeco.javacpp.maxbytes";

  /** The most memory of the whole process, heap included. */
  static final String MAX_PHYSICAL_BYTES = "org.bytedeco.javacpp.maxphysicalbytes";

  private static final long GIB = 1L << 30;

  private NativeMemory() {}

  /** Bounds the memory of this process by the machine's, where the user has set no bounds. */
  public static void bound() {
    if (ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system) {
      bound(System.getProperties(), system.getTotalMemorySize());
    }
  }

  /** At most half of the memory or 4 GiB in arrays, three quarters of it or 8 GiB in all. */
  static void bound(Properties properties, long machineBytes) {
    properties.putIfAbsent(MAX_BYTES, Long.toString(Math.min(4 * GIB, machineBytes / 2)));
    properties.putIfAbsent(
        MAX_PHYSICAL_BYTES, Long.toString(Math.min(8 * GIB, machineBytes / 4 * 3)));
  }
}

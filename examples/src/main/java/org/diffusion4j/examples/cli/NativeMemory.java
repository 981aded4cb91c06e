package org.diffusion4j.examples.cli;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Properties;
import java.util.Set;
import org.diffusion4j.core.InvalidFileException;
import org.diffusion4j.core.weights.DType;
import org.diffusion4j.diffusion.pipeline.ModelFolder;
import org.diffusion4j.examples.inspect.ModelPart;
import org.diffusion4j.examples.inspect.WeightsHeader;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionStrategy;
import picocli.CommandLine.ParseResult;

/**
 * The bounds of ND4J's memory outside the Java heap.
 *
 * <p>Arrays wait for the garbage collector, which knows nothing of their size; only at these bounds
 * is it asked to run. JavaCPP reads them once, when its first class loads: after the command line
 * is known, and before a command runs.
 */
public final class NativeMemory {
  /** The most bytes in arrays. */
  static final String MAX_BYTES = "org.bytedeco.javacpp.maxbytes";

  /** The most memory of the whole process, heap included. */
  static final String MAX_PHYSICAL_BYTES = "org.bytedeco.javacpp.maxphysicalbytes";

  private static final long GIB = 1L << 30;

  /** A training of a whole model holds weights, gradients, two moments and the average. */
  private static final int TRAINED = 5;

  private NativeMemory() {}

  /** Bounds the memory of this process before a command runs, where the user has set no bounds. */
  public static void install(CommandLine commandLine) {
    IExecutionStrategy strategy = commandLine.getExecutionStrategy();
    commandLine.setExecutionStrategy(
        parsed -> {
          if (ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean os) {
            bound(System.getProperties(), os.getTotalMemorySize(), modelBytes(parsed));
          }
          return strategy.execute(parsed);
        });
  }

  /**
   * At most half of the machine's memory in arrays and three quarters of it in all; of these 4 GiB
   * beside the weights of the model, and 8 GiB in all.
   *
   * @param modelBytes those of the weights in memory
   */
  static void bound(Properties properties, long machineBytes, long modelBytes) {
    properties.putIfAbsent(
        MAX_BYTES, Long.toString(Math.min(4 * GIB + modelBytes, machineBytes / 2)));
    properties.putIfAbsent(
        MAX_PHYSICAL_BYTES, Long.toString(Math.min(8 * GIB + modelBytes, machineBytes / 4 * 3)));
  }

  /**
   * What the weights of {@code --model} take, in a training with all that belongs to them; that of
   * the model in the jar is next to nothing.
   */
  static long modelBytes(ParseResult parsed) {
    ParseResult last = parsed;
    int copies = 1;
    while (last.hasSubcommand()) {
      last = last.subcommand();
      copies = last.commandSpec().userObject() instanceof TrainCommand ? TRAINED : copies;
      copies = last.commandSpec().userObject() instanceof TrainCommand.Adapter ? 1 : copies;
    }
    Path folder = last.matchedOptionValue(ModelOption.NAME, null);
    return folder == null ? 0 : copies * modelBytes(folder);
  }

  /**
   * What the weights of a model take in float32, in which they all are in memory; 0 for a folder
   * that cannot be read, of which the command tells more.
   */
  static long modelBytes(Path folder) {
    long bytes = 0;
    try {
      for (ModelPart part : ModelPart.of(folder)) {
        if (isLoaded(part)) {
          bytes += parameters(part) * DType.F32.bytes();
        }
      }
      return bytes;
    } catch (IOException | UncheckedIOException | InvalidFileException e) {
      return 0;
    }
  }

  /** Not those of a safety checker, say. */
  private static boolean isLoaded(ModelPart part) {
    for (ModelFolder.Part each : ModelFolder.Part.values()) {
      if (each.folder().equals(part.name())) {
        return true;
      }
    }
    return false;
  }

  /** Those of one variant: where there are several, all have tensors of the same names. */
  private static long parameters(ModelPart part) {
    Set<String> counted = new HashSet<>();
    long parameters = 0;
    for (WeightsHeader file : part.weights()) {
      for (String name : file.tensors().keySet()) {
        parameters += counted.add(name) ? file.tensors().get(name).size() : 0;
      }
    }
    return parameters;
  }
}

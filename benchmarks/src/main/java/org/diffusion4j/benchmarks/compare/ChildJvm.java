package org.diffusion4j.benchmarks.compare;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A Java virtual machine for a peer, started as this one was. */
final class ChildJvm {
  private ChildJvm() {}

  /**
   * The process, not started yet.
   *
   * @param engine what will compute in it
   * @throws UnsatisfiedLinkError if the engine has no library for this platform
   */
  static ProcessBuilder of(Engine engine, Class<?> main, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(engine.jvmOptions());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(main.getName());
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(engine.environment());
    // What ONNX Runtime reports to its makers would be timed too.
    builder.environment().put("ORT_DISABLE_TELEMETRY", "1");
    return builder;
  }
}

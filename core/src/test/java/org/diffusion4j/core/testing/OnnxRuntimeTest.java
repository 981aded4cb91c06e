package org.diffusion4j.core.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.onnx.OnnxExport;
import org.diffusion4j.core.onnx.OnnxOptions;
import org.diffusion4j.core.random.Generator;
import org.diffusion4j.core.weights.Weights;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.opentest4j.AssertionFailedError;

class OnnxRuntimeTest {
  /** {@code y = 3 x}. */
  private static Path model(Path folder) {
    Graph graph = new Graph();
    Tensor x = graph.input("x", 2, 3);
    graph.named("y", x.times(3));
    Path file = folder.resolve("model.onnx");
    OnnxExport.write(
        graph,
        Weights.initialize(graph.parameters(), new Generator(1)),
        List.of("y"),
        file,
        OnnxOptions.DEFAULTS,
        (done, total) -> {});
    return file;
  }

  @Test
  void runsAModel(@TempDir Path folder) {
    try (OnnxRuntime runtime = new OnnxRuntime(model(folder))) {
      assertEquals(Map.of("x", List.of(2L, 3L)), runtime.inputs());
      INDArray x = Nd4j.createFromArray(1f, 2, 3, 4, 5, 6).reshape(2, 3);
      assertEquals(Map.of("y", x.mul(3)), runtime.run(Map.of("x", x)));
    }
  }

  @Test
  void refusesWhatIsNoModel(@TempDir Path folder) throws Exception {
    Path file = Files.write(folder.resolve("model.onnx"), new byte[] {1, 2, 3});
    String message =
        assertThrows(IllegalStateException.class, () -> new OnnxRuntime(file)).getMessage();
    assertTrue(message.contains("Protobuf parsing failed"), message);
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void aCrashFailsTheTestThatMeetsItAndNoOther(@TempDir Path folder) throws Exception {
    Path file = model(folder);
    OnnxRuntime runtime = new OnnxRuntime(file);
    long crashed = OnnxRuntimeProcess.current().pid();
    ProcessHandle process = ProcessHandle.of(crashed).orElseThrow();
    new ProcessBuilder("kill", "-SEGV", String.valueOf(crashed)).start().waitFor();
    process.onExit().join();
    Map<String, INDArray> inputs = Map.of("x", Nd4j.ones(2, 3));
    String message =
        assertThrows(AssertionFailedError.class, () -> runtime.run(inputs)).getMessage();
    assertTrue(message.startsWith("ONNX Runtime's process ended with exit code "), message);
    assertTrue(message.contains("SIGSEGV"), message);
    try (OnnxRuntime next = new OnnxRuntime(file)) {
      assertEquals(Nd4j.ones(2, 3).mul(3), next.run(inputs).get("y"));
    }
  }
}

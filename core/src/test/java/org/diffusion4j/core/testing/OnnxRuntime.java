package org.diffusion4j.core.testing;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.diffusion4j.core.execution.samediff.SameDiffExecutor;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.onnx.OnnxExport;
import org.diffusion4j.core.onnx.OnnxOptions;
import org.diffusion4j.core.weights.Weights;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * ONNX models run by ONNX Runtime, on one thread, in a process of its own.
 *
 * <p>A crash of ONNX Runtime fails the test that caused it, and no other; where its library does
 * not load, tests are skipped. Both say why.
 */
public final class OnnxRuntime implements AutoCloseable {
  private final OnnxRuntimeProcess process;
  private final int session;
  private final Map<String, List<Long>> inputs = new LinkedHashMap<>();
  private final Set<String> outputs;

  /**
   * Loads a model, with all optimizations.
   *
   * @throws IllegalStateException if ONNX Runtime refuses it
   */
  public OnnxRuntime(Path model) {
    process = OnnxRuntimeProcess.current();
    session =
        process.ask(
            out -> {
              out.writeByte(OnnxRuntimeServer.LOAD);
              out.writeUTF(model.toAbsolutePath().toString());
            },
            DataInputStream::readInt);
    process.ask(
        out -> {
          out.writeByte(OnnxRuntimeServer.INPUTS);
          out.writeInt(session);
        },
        in -> {
          for (int left = in.readInt(); left > 0; left--) {
            inputs.put(in.readUTF(), OnnxArray.readShape(in));
          }
          return inputs;
        });
    outputs =
        process.ask(
            out -> {
              out.writeByte(OnnxRuntimeServer.OUTPUTS);
              out.writeInt(session);
            },
            in -> {
              String[] names = new String[in.readInt()];
              for (int i = 0; i < names.length; i++) {
                names[i] = in.readUTF();
              }
              return Set.of(names);
            });
  }

  /** The shapes of the inputs by name. */
  public Map<String, List<Long>> inputs() {
    return inputs;
  }

  /** The names of the outputs. */
  public Set<String> outputs() {
    return outputs;
  }

  /**
   * The values of all outputs.
   *
   * @throws IllegalStateException if an input is missing or of another shape
   */
  public Map<String, INDArray> run(Map<String, INDArray> inputs) {
    return process.ask(
        out -> {
          out.writeByte(OnnxRuntimeServer.RUN);
          out.writeInt(session);
          out.writeInt(inputs.size());
          for (Map.Entry<String, INDArray> input : inputs.entrySet()) {
            out.writeUTF(input.getKey());
            OnnxArray.of(input.getValue()).write(out);
          }
        },
        in -> {
          Map<String, INDArray> outputs = new LinkedHashMap<>();
          for (int left = in.readInt(); left > 0; left--) {
            outputs.put(in.readUTF(), OnnxArray.read(in).toArray());
          }
          return outputs;
        });
  }

  @Override
  public void close() {
    process.ask(
        out -> {
          out.writeByte(OnnxRuntimeServer.CLOSE);
          out.writeInt(session);
        },
        in -> session);
  }

  /**
   * Fails unless ONNX Runtime gives the outputs of a graph that {@link SameDiffExecutor} gives,
   * each up to a part of its largest value.
   */
  public static void assertSameNumbers(
      Graph graph,
      Weights weights,
      Map<String, INDArray> inputs,
      Collection<String> outputs,
      OnnxOptions options,
      double relative) {
    try {
      Path folder = Files.createTempDirectory("onnx");
      Path file = folder.resolve("model.onnx");
      try {
        OnnxExport.write(graph, weights, outputs, file, options, (done, total) -> {});
        assertSameNumbers(graph, weights, inputs, outputs, file, relative);
      } finally {
        Files.deleteIfExists(file);
        Files.delete(folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The same of a model that is written. */
  public static void assertSameNumbers(
      Graph graph,
      Weights weights,
      Map<String, INDArray> inputs,
      Collection<String> outputs,
      Path file,
      double relative) {
    try (OnnxRuntime runtime = new OnnxRuntime(file);
        SameDiffExecutor executor = new SameDiffExecutor(graph, weights)) {
      Map<String, INDArray> needed = new LinkedHashMap<>(inputs);
      needed.keySet().retainAll(runtime.inputs().keySet());
      Map<String, INDArray> actual = runtime.run(needed);
      executor
          .run(inputs, outputs)
          .forEach(
              (name, expected) ->
                  TensorAssertions.assertCloseToScale(expected, actual.get(name), relative, name));
    }
  }
}

package org.diffusion4j.core.testing;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** ONNX models run by ONNX Runtime, on one thread. */
public final class OnnxRuntime implements AutoCloseable {
  /** What else reports over the network, and in a JVM of many arguments ends the process. */
  private static final String NO_TELEMETRY = "ORT_DISABLE_TELEMETRY";

  private final OrtEnvironment environment;
  private final OrtSession session;

  /** Loads a model, with all optimizations. */
  public OnnxRuntime(Path model) {
    if (!"1".equals(System.getenv(NO_TELEMETRY))) {
      throw new IllegalStateException("the environment must have " + NO_TELEMETRY + "=1");
    }
    environment = OrtEnvironment.getEnvironment();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      session = environment.createSession(model.toString(), options);
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The shapes of the inputs by name. */
  public Map<String, List<Long>> inputs() {
    try {
      Map<String, List<Long>> shapes = new LinkedHashMap<>();
      for (NodeInfo input : session.getInputInfo().values()) {
        shapes.put(input.getName(), shape((TensorInfo) input.getInfo()));
      }
      return shapes;
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<Long> shape(TensorInfo info) {
    List<Long> shape = new ArrayList<>();
    for (long size : info.getShape()) {
      shape.add(size);
    }
    return shape;
  }

  /** The names of the outputs. */
  public Set<String> outputs() {
    return session.getOutputNames();
  }

  /** The values of all outputs. */
  public Map<String, INDArray> run(Map<String, INDArray> inputs) {
    Map<String, OnnxTensor> tensors = new LinkedHashMap<>();
    try {
      for (Map.Entry<String, INDArray> input : inputs.entrySet()) {
        tensors.put(input.getKey(), tensor(input.getValue()));
      }
      Map<String, INDArray> outputs = new LinkedHashMap<>();
      try (OrtSession.Result result = session.run(tensors)) {
        for (String name : session.getOutputNames()) {
          outputs.put(name, array((OnnxTensor) result.get(name).orElseThrow()));
        }
      }
      return outputs;
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    } finally {
      tensors.values().forEach(OnnxTensor::close);
    }
  }

  private OnnxTensor tensor(INDArray array) throws OrtException {
    INDArray ordered = array.dup('c');
    return array.dataType() == DataType.INT64
        ? OnnxTensor.createTensor(
            environment, LongBuffer.wrap(ordered.data().asLong()), array.shape())
        : OnnxTensor.createTensor(
            environment, FloatBuffer.wrap(ordered.data().asFloat()), array.shape());
  }

  private static INDArray array(OnnxTensor tensor) {
    long[] shape = tensor.getInfo().getShape();
    if (tensor.getInfo().type == OnnxJavaType.INT64) {
      LongBuffer values = tensor.getLongBuffer();
      long[] copy = new long[values.remaining()];
      values.get(copy);
      return Nd4j.createFromArray(copy).reshape('c', shape);
    }
    FloatBuffer values = tensor.getFloatBuffer();
    float[] copy = new float[values.remaining()];
    values.get(copy);
    return Nd4j.createFromArray(copy).reshape('c', shape);
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
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

package org.diffusion4j.benchmarks.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A model of ONNX on ONNX Runtime's CPU provider, with all of its optimizations. */
public final class OnnxNetwork implements AutoCloseable {
  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final OrtSession session;
  private final String output;

  /**
   * Loads a model.
   *
   * @param model the file; what it refers to lies beside it
   * @param output the value to compute
   * @param threads how many an operation uses
   * @throws OrtException if ONNX Runtime refuses the model
   */
  public OnnxNetwork(Path model, String output, int threads) throws OrtException {
    this.output = output;
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(threads);
      options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
      session = environment.createSession(model.toString(), options);
    }
  }

  /** ONNX Runtime's version. */
  public static String version() {
    return "ONNX Runtime " + OrtEnvironment.getEnvironment().getVersion();
  }

  /**
   * The inputs as {@link #run} takes them; the caller closes them.
   *
   * @throws OrtException if there is no memory
   */
  public Map<String, OnnxTensor> inputs(Map<String, INDArray> arrays) throws OrtException {
    Map<String, OnnxTensor> inputs = new LinkedHashMap<>();
    for (Map.Entry<String, INDArray> entry : arrays.entrySet()) {
      inputs.put(entry.getKey(), tensor(entry.getValue()));
    }
    return inputs;
  }

  private OnnxTensor tensor(INDArray array) throws OrtException {
    INDArray ordered = array.dup('c');
    return array.dataType() == DataType.INT64
        ? OnnxTensor.createTensor(
            environment, LongBuffer.wrap(ordered.data().asLong()), array.shape())
        : OnnxTensor.createTensor(
            environment, FloatBuffer.wrap(ordered.data().asFloat()), array.shape());
  }

  /**
   * The values of the output in C order.
   *
   * @throws OrtException if an input is missing or of another shape
   */
  public float[] run(Map<String, OnnxTensor> inputs) throws OrtException {
    try (OrtSession.Result result = session.run(inputs, Set.of(output))) {
      FloatBuffer values = ((OnnxTensor) result.get(0)).getFloatBuffer();
      float[] copy = new float[values.remaining()];
      values.get(copy);
      return copy;
    }
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }
}

package org.diffusion4j.benchmarks.compare;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import java.nio.file.Path;
import java.util.Map;
import org.diffusion4j.benchmarks.onnx.OnnxNetwork;

/** A network with ONNX Runtime. */
record OnnxSession(OnnxNetwork network, Map<String, OnnxTensor> inputs) implements Session {

  /**
   * Loads a model.
   *
   * @param model the task's network with its weights, under the names of its graph
   * @throws IllegalStateException if ONNX Runtime refuses it
   */
  static Session open(NetworkTask task, Path model, int threads) {
    try {
      OnnxNetwork network = new OnnxNetwork(model, task.output(), threads);
      return new OnnxSession(network, network.inputs(task.inputs()));
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public float[] run() {
    try {
      return network.run(inputs);
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    inputs.values().forEach(OnnxTensor::close);
    network.close();
  }
}

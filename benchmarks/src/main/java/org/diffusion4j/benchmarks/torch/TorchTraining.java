package org.diffusion4j.benchmarks.torch;

import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.AdamW;
import org.bytedeco.pytorch.AdamWOptions;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.diffusion4j.core.graph.Graph;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Training as PyTorch does it: autograd, and torch's AdamW with its defaults on all parameters.
 *
 * <p>In bfloat16 the forward pass runs under {@code autocast}, with parameters, gradients and
 * moments in float32.
 */
public final class TorchTraining implements AutoCloseable {
  private final TorchNetwork network;
  private final boolean bfloat16;
  private final AdamW optimizer;

  /**
   * A training from its first step on.
   *
   * @param parameters which the training takes over and changes
   * @param loss the name of a scalar tensor of the graph
   */
  public TorchTraining(
      Graph graph, TorchParameters parameters, boolean bfloat16, String loss, double learningRate) {
    this.bfloat16 = bfloat16;
    network = new TorchNetwork(graph, parameters, new TorchFormat(ScalarType.Float, true), loss);
    try (TensorVector trained = new TensorVector();
        AdamWOptions options = new AdamWOptions(learningRate)) {
      network.parameters().values().forEach(tensor -> trained.push_back(tensor.requires_grad_()));
      optimizer = new AdamW(trained, options);
    }
  }

  /** The inputs as {@link #step} takes them. */
  public Map<String, Tensor> inputs(Map<String, INDArray> arrays) {
    return network.inputs(arrays);
  }

  /**
   * Forward, backward and AdamW.
   *
   * @return the loss before the step
   */
  public float step(Map<String, Tensor> inputs) {
    float loss = backward(inputs);
    TorchScope.freeing(optimizer::step);
    return loss;
  }

  /** The loss; its gradients lie with the parameters. */
  float backward(Map<String, Tensor> inputs) {
    optimizer.zero_grad();
    try (Tensor loss = forward(inputs)) {
      return TorchThreads.withSingleBlasThread(
          () -> {
            loss.backward();
            return loss.item_float();
          });
    }
  }

  /** Every operation in the type that torch deems safe for it, so that weights are cast anew. */
  private Tensor forward(Map<String, Tensor> inputs) {
    torch.set_autocast_cache_enabled(false);
    torch.set_autocast_dtype(DeviceType.CPU, ScalarType.BFloat16);
    torch.set_autocast_enabled(DeviceType.CPU, bfloat16);
    try {
      return network.compute(inputs);
    } finally {
      torch.set_autocast_enabled(DeviceType.CPU, false);
    }
  }

  /** The gradients of the last loss by parameter, in torch's layout. */
  Map<String, float[]> gradients() {
    Map<String, float[]> gradients = new LinkedHashMap<>();
    network.parameters().forEach((name, tensor) -> gradients.put(name, gradient(tensor)));
    return gradients;
  }

  private static float[] gradient(Tensor parameter) {
    try (Tensor gradient = parameter.grad()) {
      return TorchTensors.floats(gradient);
    }
  }

  @Override
  public void close() {
    optimizer.close();
    network.close();
  }
}

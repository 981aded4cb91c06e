package org.diffusion4j.benchmarks.compare;

import java.io.IOException;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.diffusion4j.benchmarks.torch.TorchNetwork;
import org.diffusion4j.benchmarks.torch.TorchParameters;
import org.diffusion4j.benchmarks.torch.TorchTraining;

/** A network with PyTorch. */
final class TorchSession {
  private TorchSession() {}

  /** Loads the weights. */
  static Session open(NetworkTask task, boolean bfloat16) throws IOException {
    TorchParameters parameters = TorchParameters.read(task.weights(), task.graph().parameters());
    return task.training()
        ? new Trained(
            task,
            new TorchTraining(
                task.graph(), parameters, bfloat16, task.output(), ExecutorSession.LEARNING_RATE))
        : new Predicted(
            task, TorchNetwork.forward(task.graph(), parameters, bfloat16, task.output()));
  }

  private record Predicted(TorchNetwork network, Map<String, Tensor> inputs) implements Session {
    Predicted(NetworkTask task, TorchNetwork network) {
      this(network, network.inputs(task.inputs()));
    }

    @Override
    public float[] run() {
      return network.run(inputs);
    }

    @Override
    public void close() {
      network.close();
    }
  }

  private record Trained(TorchTraining training, Map<String, Tensor> inputs) implements Session {
    Trained(NetworkTask task, TorchTraining training) {
      this(training, training.inputs(task.inputs()));
    }

    @Override
    public float[] run() {
      return new float[] {training.step(inputs)};
    }

    @Override
    public void close() {
      training.close();
    }
  }
}

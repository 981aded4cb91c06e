package org.diffusion4j.benchmarks.compare;

import java.util.List;
import java.util.function.UnaryOperator;
import org.diffusion4j.core.execution.Execution;
import org.diffusion4j.core.execution.Gradients;
import org.diffusion4j.core.execution.GraphExecutor;
import org.diffusion4j.core.train.AdamW;
import org.diffusion4j.core.weights.Weights;
import org.diffusion4j.core.weights.WeightsFile;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A network on one of the framework's executors. */
final class ExecutorSession implements Session {
  /** The learning rate of all trainings. */
  static final double LEARNING_RATE = 1e-4;

  private final NetworkTask task;
  private final Weights weights;
  private final GraphExecutor executor;
  private final AdamW optimizer;
  private long step;

  private ExecutorSession(NetworkTask task, Weights weights, GraphExecutor executor) {
    this.task = task;
    this.weights = weights;
    this.executor = executor;
    optimizer = task.training() ? AdamW.Config.TORCH.create(weights.arrays(), name -> true) : null;
  }

  /** Opens the weights. */
  static Session open(NetworkTask task, Execution execution) {
    Weights weights =
        WeightsFile.open(task.weights(), task.graph().parameters(), UnaryOperator.identity());
    return new ExecutorSession(task, weights, execution.open(task.graph(), weights));
  }

  @Override
  public float[] run() {
    return task.training() ? train() : predict();
  }

  private float[] predict() {
    try (INDArray output = executor.run(task.inputs(), task.output())) {
      return values(output);
    }
  }

  private float[] train() {
    Gradients result =
        executor.gradients(task.inputs(), task.output(), weights.arrays().keySet(), List.of());
    step++;
    optimizer.step(step, LEARNING_RATE, result.gradients());
    result.gradients().values().forEach(INDArray::close);
    return new float[] {(float) result.loss()};
  }

  /** The values in C order. */
  static float[] values(INDArray array) {
    float[] values = new float[Math.toIntExact(array.length())];
    // ND4J's own copy goes value by value.
    array.dup('c').data().asNioFloat().get(values);
    return values;
  }

  @Override
  public void close() {
    executor.close();
    weights.close();
  }
}

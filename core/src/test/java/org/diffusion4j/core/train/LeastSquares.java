package org.diffusion4j.core.train;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.diffusion4j.core.execution.Execution;
import org.diffusion4j.core.execution.Gradients;
import org.diffusion4j.core.execution.GraphExecutor;
import org.diffusion4j.core.execution.Precision;
import org.diffusion4j.core.graph.Initializer;
import org.diffusion4j.core.graph.ParameterLayout;
import org.diffusion4j.core.graph.ParameterSpec;
import org.diffusion4j.core.random.Generator;
import org.diffusion4j.core.weights.Weights;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A network whose gradients are known: {@code loss = mean((x w + b - y)^2)} with x {@code [n, 5]},
 * w {@code [5, 2]}, b {@code [2]} and y {@code [n, 2]}.
 *
 * <p>It is the executor of its own weights, and the objective that draws x and makes y from {@link
 * #SOLUTION}.
 */
final class LeastSquares implements GraphExecutor, Objective {
  static final int BATCH = 3;
  private static final int IN = 5;
  private static final int OUT = 2;

  /** The weights that give a loss of 0, row by row, and then the bias. */
  static final double[][] SOLUTION = {{1, -2}, {0.5, 0}, {0, 3}, {-1, 1}, {2, 0.25}, {-0.5, 0.75}};

  private final Weights weights;

  LeastSquares(long seed) {
    weights =
        Weights.initialize(
            List.of(
                new ParameterSpec(
                    "weight", ParameterLayout.LINEAR, Initializer.fanIn(IN), shape(IN, OUT)),
                new ParameterSpec(
                    "bias", ParameterLayout.PLAIN, Initializer.fanIn(IN), shape(OUT))),
            new Generator(seed));
  }

  private static List<Long> shape(long... dimensions) {
    return java.util.Arrays.stream(dimensions).boxed().toList();
  }

  Weights weights() {
    return weights;
  }

  TrainingTask task() {
    return TrainingTask.of(this, "loss", weights, this);
  }

  @Override
  public Map<String, INDArray> inputs(long step, Generator generator) {
    INDArray x = generator.randn(BATCH, IN);
    INDArray y = Nd4j.create(DataType.FLOAT, BATCH, OUT);
    for (int n = 0; n < BATCH; n++) {
      for (int o = 0; o < OUT; o++) {
        double value = SOLUTION[IN][o];
        for (int i = 0; i < IN; i++) {
          value += x.getFloat(n, i) * SOLUTION[i][o];
        }
        y.putScalar(n, o, value);
      }
    }
    return Map.of("x", x, "y", y);
  }

  @Override
  public Gradients gradients(
      Map<String, INDArray> inputs,
      String loss,
      Collection<String> withRespectTo,
      Collection<String> outputs) {
    INDArray x = inputs.get("x");
    INDArray y = inputs.get("y");
    INDArray w = weights.get("weight");
    INDArray b = weights.get("bias");
    double sum = 0;
    double largest = 0;
    double[][] gradient = new double[IN + 1][OUT];
    for (int n = 0; n < BATCH; n++) {
      for (int o = 0; o < OUT; o++) {
        double error = b.getFloat(o) - y.getFloat(n, o);
        for (int i = 0; i < IN; i++) {
          error += x.getFloat(n, i) * w.getFloat(i, o);
        }
        sum += error * error;
        largest = Math.max(largest, Math.abs(error));
        double slope = 2 * error / (BATCH * OUT);
        for (int i = 0; i < IN; i++) {
          gradient[i][o] += slope * x.getFloat(n, i);
        }
        gradient[IN][o] += slope;
      }
    }
    // In Fortran order, as matrix products of ND4J come.
    INDArray weight = Nd4j.create(DataType.FLOAT, new long[] {IN, OUT}, 'f');
    for (int i = 0; i < IN; i++) {
      for (int o = 0; o < OUT; o++) {
        weight.putScalar(i, o, gradient[i][o]);
      }
    }
    INDArray bias = Nd4j.createFromArray((float) gradient[IN][0], (float) gradient[IN][1]);
    Map<String, INDArray> all = new LinkedHashMap<>(Map.of("bias", bias, "weight", weight));
    all.keySet().retainAll(withRespectTo);
    Map<String, INDArray> values = new LinkedHashMap<>();
    if (outputs.contains("largest")) {
      values.put("largest", Nd4j.scalar((float) largest));
    }
    return new Gradients(sum / (BATCH * OUT), all, values);
  }

  @Override
  public Map<String, INDArray> run(Map<String, INDArray> inputs, Collection<String> outputs) {
    throw new UnsupportedOperationException("only gradients");
  }

  @Override
  public Execution execution() {
    return new Execution("java", Precision.F32, 1);
  }

  @Override
  public void close() {}
}

package org.diffusion4j.benchmarks;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.diffusion4j.core.execution.Execution;
import org.diffusion4j.core.execution.Gradients;
import org.diffusion4j.core.execution.GraphExecutor;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.loss.MeanSquaredError;
import org.diffusion4j.core.random.Generator;
import org.diffusion4j.core.train.AdamW;
import org.diffusion4j.core.weights.Weights;
import org.diffusion4j.unet.DownBlockType;
import org.diffusion4j.unet.UNet2DConditionConfig;
import org.diffusion4j.unet.UNet2DConditionModel;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A small text-conditional U-Net on latents of 16 x 16: prediction, and a step of training. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class UNetBenchmark {
  private static final UNet2DConditionConfig CONFIG =
      new UNet2DConditionConfig(
          4,
          4,
          List.of(DownBlockType.CROSS_ATTN_DOWN_BLOCK_2D, DownBlockType.DOWN_BLOCK_2D),
          List.of(32, 64),
          1,
          4,
          1,
          32,
          8,
          1e-5);

  private static final int SIZE = 16;
  private static final int TOKENS = 77;
  private static final int TRAIN_TIMESTEPS = 1000;
  private static final double LEARNING_RATE = 1e-4;
  private static final long SEED = 7;

  /** The pictures of a batch. */
  @Param({"1", "8"})
  private int batch;

  private Weights weights;
  private GraphExecutor executor;
  private AdamW optimizer;
  private Map<String, INDArray> forwardInputs;
  private Map<String, INDArray> trainingInputs;
  private long step;

  /** Builds the graph with its loss and draws weights and inputs. */
  @Setup
  public void setUp() {
    Graph graph = new Graph();
    Tensor sample = graph.input("sample", batch, CONFIG.inChannels(), SIZE, SIZE);
    Tensor timesteps = graph.input("timesteps", batch);
    Tensor text = graph.input("encoder_hidden_states", batch, TOKENS, CONFIG.crossAttentionDim());
    Tensor target = graph.input("target", batch, CONFIG.outChannels(), SIZE, SIZE);
    Tensor prediction =
        graph.named(
            "prediction", new UNet2DConditionModel(CONFIG).build(graph, sample, timesteps, text));
    graph.named("loss", new MeanSquaredError().build(graph, prediction, target));

    Generator generator = new Generator(SEED);
    weights = Weights.initialize(graph.parameters(), generator);
    executor = Execution.auto().withThreads(1).open(graph, weights);
    optimizer = AdamW.Config.TORCH.create(weights.arrays(), name -> true);
    step = 0;

    float[] times = new float[batch];
    for (int i = 0; i < batch; i++) {
      times[i] = generator.randint(0, TRAIN_TIMESTEPS, 1)[0];
    }
    forwardInputs =
        Map.of(
            "sample", generator.randn(sample.shapeArray()),
            "timesteps", Nd4j.createFromArray(times),
            "encoder_hidden_states", generator.randn(text.shapeArray()));
    trainingInputs = new HashMap<>(forwardInputs);
    trainingInputs.put("target", generator.randn(target.shapeArray()));
  }

  /** Frees what the executor holds. */
  @TearDown
  public void tearDown() {
    executor.close();
  }

  /** The prediction for one batch. */
  @Benchmark
  public float forward() {
    try (INDArray prediction = executor.run(forwardInputs, "prediction")) {
      return prediction.getFloat(0);
    }
  }

  /** Forward, backward and AdamW for one batch. */
  @Benchmark
  public double trainingStep() {
    Gradients result =
        executor.gradients(trainingInputs, "loss", weights.arrays().keySet(), List.of());
    step++;
    optimizer.step(step, LEARNING_RATE, result.gradients());
    result.gradients().values().forEach(INDArray::close);
    return result.loss();
  }
}

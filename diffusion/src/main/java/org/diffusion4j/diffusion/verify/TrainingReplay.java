package org.diffusion4j.diffusion.verify;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.diffusion4j.core.InvalidFileException;
import org.diffusion4j.core.execution.Execution;
import org.diffusion4j.core.execution.GraphExecutor;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.ParameterSpec;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.train.Trainer;
import org.diffusion4j.core.train.TrainingConfig;
import org.diffusion4j.core.train.TrainingListener;
import org.diffusion4j.core.train.TrainingStep;
import org.diffusion4j.core.train.TrainingTask;
import org.diffusion4j.core.verify.Comparison;
import org.diffusion4j.core.verify.Deviation;
import org.diffusion4j.core.verify.Tolerance;
import org.diffusion4j.core.weights.Weights;
import org.diffusion4j.diffusion.loss.DiffusionLoss;
import org.diffusion4j.unet.UNet2DModel;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Does a golden training again, with the trainer that all trainings use, and compares. */
final class TrainingReplay {
  /** Sums and products of a few float32 numbers. */
  private static final Tolerance ARITHMETIC = Tolerance.close(1e-6, 1e-5);

  /** Numbers in double on both sides. */
  private static final Tolerance DOUBLES = Tolerance.relativeFromOne(1e-12);

  private static final Tolerance FIRST_STEP = Tolerance.close(0, 1e-4);
  private static final Tolerance LATER_STEPS = Tolerance.close(0, 1e-3);
  private static final Tolerance FINAL_NORMS = Tolerance.close(0, 1e-3);

  /**
   * Of the weights at the end: Adam's first steps turn rounding noise of tiny gradients into
   * changes as large as the learning rate, but in few places.
   */
  private static final double FINAL_WEIGHTS = 2e-4;

  private static final double NEARLY_ALL = 0.99;

  private final GoldenTraining golden;
  private final Comparison comparison;

  TrainingReplay(GoldenTraining golden, Comparison comparison) {
    this.golden = golden;
    this.comparison = comparison;
  }

  /**
   * Trains the model of a folder.
   *
   * @throws InvalidFileException if the model's files are malformed
   * @throws IOException if they cannot be read
   */
  void run(Path folder, Execution execution) throws IOException {
    GoldenModel start = GoldenModel.read(folder);
    UNet2DModel model = start.network();
    Weights weights = start.weights();
    requireParameters(weights);

    Graph graph = execution.newGraph();
    long[] shape = golden.imageShape();
    Tensor sample = graph.input("sample", shape);
    Tensor timesteps = graph.input("timesteps", shape[0]);
    Tensor prediction =
        graph.named(
            "prediction",
            model.build(graph, sample, timesteps, model.classLabels(graph, shape[0])));
    Tensor expected = graph.input("target", prediction.shapeArray());
    graph.named(
        "loss", DiffusionLoss.build(graph, prediction, expected, graph.input("weights", shape[0])));

    TrainingConfig config =
        golden.recipe().config(golden.steps().size(), Math.toIntExact(shape[0]));
    try (GraphExecutor executor = execution.open(graph, weights)) {
      TrainingTask task =
          TrainingTask.of(executor, "loss", weights, (step, generator) -> inputs(step, executor))
              .withTrained(model.trained())
              .withDecays(any -> true);
      Trainer trainer = new Trainer(config, task, List.of(new StepComparison(config)));
      trainer.start(() -> false);
      compareFinal(weights, trainer.averagedWeights());
    }
  }

  private void requireParameters(Weights weights) {
    Set<String> named = new LinkedHashSet<>(golden.finalNorms().keySet());
    if (!named.equals(weights.arrays().keySet())) {
      throw new InvalidFileException(
          golden.file().file(), "final_param_norms must name the parameters of the model");
    }
    named = new LinkedHashSet<>(golden.finalWeights().keySet());
    named.addAll(golden.averages().keySet());
    if (!weights.arrays().keySet().containsAll(named)) {
      throw new InvalidFileException(
          golden.file().file(), "tensors of the end must be named as parameters of the model");
    }
  }

  /** The inputs of a step, and what the network gives for them as it is. */
  private Map<String, INDArray> inputs(long number, GraphExecutor executor) {
    GoldenTraining.Step step = step(number);
    long[] shape = golden.imageShape();
    DiffusionLoss.Batch batch =
        golden
            .recipe()
            .loss()
            .batch(
                images(step.x0()),
                images(step.noise()),
                step.timesteps().stream().mapToInt(Integer::intValue).toArray(),
                shape[1],
                shape[2],
                shape[3]);
    comparison.compare(step.name() + ".noisy", step.noisy(), batch.sample(), ARITHMETIC);
    List<Double> weights =
        golden.recipe().isWeighted()
            ? step.snrWeights()
            : Collections.nCopies(step.timesteps().size(), 1.0);
    comparison.compare(
        step.name() + " snr_weights",
        weights.stream().mapToDouble(Double::doubleValue).toArray(),
        batch.weights().castTo(DataType.DOUBLE).toDoubleVector(),
        ARITHMETIC);
    INDArray prediction =
        executor.run(
            Map.of("sample", batch.sample(), "timesteps", batch.timesteps()), "prediction");
    comparison.compare(
        step.name() + ".pred", step.pred(), prediction, toLargest(tolerance(number)));
    return Map.of(
        "sample", batch.sample(),
        "timesteps", batch.timesteps(),
        "target", batch.target(),
        "weights", batch.weights());
  }

  private GoldenTraining.Step step(long number) {
    return golden.steps().get(Math.toIntExact(number - 1));
  }

  private static Tolerance tolerance(long number) {
    return number == 1 ? FIRST_STEP : LATER_STEPS;
  }

  /** A tolerance of numbers as one of tensors: of the largest magnitude, and of 1 at least. */
  private static Tolerance toLargest(Tolerance ofNumbers) {
    return (expected, largest) -> ofNumbers.of(Math.max(1, largest), largest);
  }

  /** Compares what the trainer says of each step. */
  private final class StepComparison implements TrainingListener {
    private final TrainingConfig config;

    StepComparison(TrainingConfig config) {
      this.config = config;
    }

    @Override
    public void stepped(TrainingStep done) {
      GoldenTraining.Step step = step(done.step());
      Tolerance tolerance = tolerance(done.step());
      comparison.compare(step.name() + " loss", step.loss(), done.loss(), tolerance);
      comparison.compare(
          step.name() + " grad_norm_before_clipping",
          step.gradientNorm(),
          done.gradientNorm(),
          tolerance);
      comparison.compare(
          step.name() + " ema_decay", step.emaDecay(), config.ema().at(done.step()), DOUBLES);
    }
  }

  private void compareFinal(Weights weights, Weights averaged) {
    for (ParameterSpec spec : weights.specs()) {
      String name = spec.name();
      comparison.compare(
          "final_param_norms " + name,
          golden.finalNorms().get(name),
          weights.get(name).norm2Number().doubleValue(),
          FINAL_NORMS);
      compareWeights("final." + name, golden.finalWeights().get(name), spec, weights);
      compareWeights("ema." + name, golden.averages().get(name), spec, averaged);
    }
  }

  private void compareWeights(String what, INDArray expected, ParameterSpec spec, Weights weights) {
    if (expected == null) {
      return;
    }
    int[] axes = spec.layout().memoryAxes(spec.shape().size());
    INDArray memory = weights.get(spec.name());
    INDArray actual = axes.length == 0 ? memory : memory.permute(axes);
    // Both trainings move a weight by about the learning rate a step, at worst to either side.
    double furthest = 2 * golden.steps().size() * golden.recipe().learningRate();
    comparison.compare(what, expected, actual, Tolerance.absolute(furthest));
    if (Arrays.equals(expected.shape(), actual.shape())) {
      double[] errors = expected.sub(actual).castTo(DataType.DOUBLE).dup('c').data().asDouble();
      double[] sorted = Arrays.stream(errors).map(Math::abs).sorted().toArray();
      double error = sorted[(int) Math.ceil(NEARLY_ALL * sorted.length) - 1];
      comparison.add(new Deviation(what + ", 99th percentile", error, FINAL_WEIGHTS));
    }
  }

  private static float[][] images(INDArray batch) {
    int n = Math.toIntExact(batch.size(0));
    float[] values = batch.dup('c').data().asFloat();
    int size = values.length / n;
    float[][] images = new float[n][];
    for (int i = 0; i < n; i++) {
      images[i] = Arrays.copyOfRange(values, i * size, (i + 1) * size);
    }
    return images;
  }
}

package org.diffusion4j.diffusion.lora;

import static org.diffusion4j.diffusion.lora.SmallPipeline.assertSameBits;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.diffusion4j.core.execution.Execution;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.random.Generator;
import org.diffusion4j.core.testing.GradientCheck;
import org.diffusion4j.core.testing.TensorAssertions;
import org.diffusion4j.core.train.EmaDecay;
import org.diffusion4j.core.train.Trainer;
import org.diffusion4j.core.train.TrainingConfig;
import org.diffusion4j.core.train.TrainingListener;
import org.diffusion4j.core.train.TrainingStep;
import org.diffusion4j.core.train.TrainingTask;
import org.diffusion4j.core.weights.DType;
import org.diffusion4j.core.weights.Weights;
import org.diffusion4j.diffusion.loss.DiffusionLoss;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class LoraTrainingTest {
  private static final int STEPS = 20;

  @TempDir Path folder;

  /** A model with an adapter, and one batch that it is to learn by heart. */
  private static final class Training {
    final Weights base;
    final LoraAdapter adapter;
    final List<Double> losses = new ArrayList<>();
    final TrainingTask task;

    Training(LoraPart part, Weights base, List<String> targets) {
      this.base = base;
      adapter =
          LoraAdapter.initialize(base.specs(), new LoraConfig(3, 3, targets), new Generator(2));
      Graph graph = new Graph();
      Tensor prediction = SmallPipeline.build(part, graph.withUpdates(adapter.updates(1)));
      Tensor target = graph.input("target", prediction.shapeArray());
      graph.named("loss", DiffusionLoss.build(graph, prediction, target));
      Weights weights = adapter.beside(graph, base);
      task =
          TrainingTask.of(
                  Execution.auto().open(graph, weights),
                  "loss",
                  weights,
                  (step, generator) -> SmallPipeline.inputs(graph))
              .withTrained(adapter.parameters().arrays().keySet());
    }

    static Training unet() {
      return new Training(
          LoraPart.UNET, SmallPipeline.unetWeights(), List.of("to_q", "to_out.0", "conv1"));
    }

    static Training text() {
      return new Training(
          LoraPart.TEXT_ENCODER, SmallPipeline.textWeights(), SmallPipeline.TEXT_TARGETS);
    }

    Trainer trainer(Path folder) {
      TrainingConfig config =
          TrainingConfig.of(STEPS, 2, 0.01, 5).withEma(EmaDecay.of(0)).withCheckpointEvery(7);
      TrainingListener listener =
          new TrainingListener() {
            @Override
            public void stepped(TrainingStep step) {
              losses.add(step.loss());
            }
          };
      return new Trainer(config, task, folder, List.of(listener));
    }
  }

  @Test
  void trainingLowersTheLossAndLeavesTheBaseBitForBit() {
    Training training = Training.unet();
    Weights before = training.base.copy();
    training.trainer(folder).start(() -> false);
    assertEquals(STEPS, training.losses.size());
    double first = training.losses.get(0);
    double last = training.losses.get(STEPS - 1);
    assertTrue(last < 0.9 * first, "loss went from " + first + " to " + last);
    assertSameBits(before, training.base);
  }

  @Test
  void whatIsTrainedIsWhatTheFileHolds() {
    Training training = Training.text();
    Trainer trainer = training.trainer(folder);
    trainer.start(() -> false);
    LoraAdapter averaged = training.adapter.withParameters(trainer.averagedWeights());
    for (LoraAdapter trained : List.of(training.adapter, averaged)) {
      Path file = folder.resolve(LoraFile.DEFAULT_NAME);
      LoraFile.write(file, new Lora(Map.of(LoraPart.TEXT_ENCODER, trained)), DType.F32);
      Lora read = LoraFile.read(file, SmallPipeline.PARAMETERS);
      LoraAdapter adapter = read.adapter(LoraPart.TEXT_ENCODER).orElseThrow();
      assertSameBits(trained.parameters(), adapter.parameters());
    }
    trainer
        .averagedWeights()
        .arrays()
        .forEach(
            (name, array) ->
                TensorAssertions.assertClose(
                    training.task.weights().get(name), array, 1e-6, 1e-6, name));
  }

  @Test
  void anInterruptedTrainingEndsWithTheSameBits() {
    Training whole = Training.text();
    whole.trainer(folder.resolve("whole")).start(() -> false);
    Training begun = Training.text();
    begun.trainer(folder.resolve("parts")).start(() -> begun.losses.size() == 8);
    Training resumed = Training.text();
    resumed.trainer(folder.resolve("parts")).resume(() -> false);
    assertEquals(STEPS - 8, resumed.losses.size());
    assertSameBits(whole.adapter.parameters(), resumed.adapter.parameters());
  }

  @Test
  void gradientsAreThoseOfFiniteDifferences() {
    Graph graph = new Graph(DataType.DOUBLE);
    LoraAdapter adapter =
        SmallPipeline.adapter(LoraPart.TEXT_ENCODER, 3, 5, SmallPipeline.TEXT_TARGETS);
    Tensor output =
        SmallPipeline.build(LoraPart.TEXT_ENCODER, graph.withUpdates(adapter.updates(0.7)));
    Map<String, INDArray> values = new LinkedHashMap<>(GradientCheck.draw(graph, new Generator(7)));
    values.put("input_ids", SmallPipeline.inputs(graph).get("input_ids"));
    GradientCheck.assertDerivatives(graph, output, values);
  }
}

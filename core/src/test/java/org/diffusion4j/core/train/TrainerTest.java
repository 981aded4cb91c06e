package org.diffusion4j.core.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.diffusion4j.core.train.TrainingResult.Outcome;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

class TrainerTest {
  private static final long SEED = 7;

  private final LeastSquares model = new LeastSquares(SEED);
  private final List<String> events = new ArrayList<>();
  private final List<TrainingStep> steps = new ArrayList<>();
  private final TrainingListener recorder =
      new TrainingListener() {
        @Override
        public void started(TrainingStart start) {
          events.add("started " + start);
        }

        @Override
        public void stepped(TrainingStep step) {
          events.add("step " + step.step());
          steps.add(step);
        }

        @Override
        public void finished() {
          events.add("finished");
        }
      };

  private static TrainingConfig config(long steps) {
    return TrainingConfig.of(steps, LeastSquares.BATCH, 0.05, SEED)
        .withOptimizer(new AdamW.Config(0.9, 0.99, 1e-8, 0));
  }

  private Trainer trainer(TrainingConfig config, TrainingTask task) {
    return new Trainer(config, task, List.of(recorder));
  }

  @Test
  void findsTheSolutionOfALeastSquaresProblem() {
    TrainingConfig config = config(600).withLearningRate(LearningRateSchedule.cosine(0.05, 10, 0));
    TrainingResult result = trainer(config, model.task()).start(() -> false);
    assertEquals(Outcome.COMPLETED, result.outcome());
    assertEquals(600, result.step());
    assertEquals(0, result.loss(), 1e-5);
    INDArray weight = model.weights().get("weight");
    assertEquals(LeastSquares.SOLUTION[2][1], weight.getFloat(2, 1), 1e-2);
    assertEquals(LeastSquares.SOLUTION[5][0], model.weights().get("bias").getFloat(0), 1e-2);
  }

  @Test
  void averagedWeightsFollowTheTrainedOnes() {
    Trainer trainer = trainer(config(2).withEma(new EmaDecay(0.9, false, 1, 1)), model.task());
    float start = model.weights().get("bias").getFloat(0);
    trainer.start(() -> false);
    float average = trainer.averagedWeights().get("bias").getFloat(0);
    float trained = model.weights().get("bias").getFloat(0);
    assertTrue(Math.abs(trained - average) > 1e-4, average + " of " + trained);
    assertTrue(Math.abs(start - average) > 1e-4, average + " from " + start);
  }

  @Test
  void tellsListenersOfEveryStep() {
    TrainingConfig config =
        config(3)
            .withLearningRate(
                new LearningRateSchedule(LearningRateSchedule.Shape.CONSTANT, 0.5, 2, 0));
    trainer(config, model.task().withMetrics(List.of("largest"))).start(() -> false);
    assertEquals(
        List.of(
            "started " + new TrainingStart(0, 3, false, 12),
            "step 1",
            "step 2",
            "step 3",
            "finished"),
        events);
    TrainingStep first = steps.get(0);
    assertEquals(3, first.steps());
    assertEquals(0.25, first.learningRate());
    assertEquals(0.5, steps.get(1).learningRate());
    assertTrue(first.gradientNorm() > 1, "norm is that before clipping");
    assertEquals(Set.of("largest"), first.metrics().keySet());
    // The largest of 6 squared errors lies between their mean and their sum.
    double square = Math.pow(first.metrics().get("largest"), 2);
    assertTrue(first.loss() <= square && square <= 6 * first.loss());
    double seconds = first.elapsedSeconds();
    assertEquals(LeastSquares.BATCH / seconds, first.imagesPerSecond(), 1e-6 / seconds);
    assertTrue(steps.get(1).elapsedSeconds() > seconds);
  }

  @Test
  void leavesFrozenParametersAlone() {
    INDArray weight = model.weights().get("weight").dup();
    INDArray bias = model.weights().get("bias").dup();
    trainer(config(2), model.task().withTrained(Set.of("bias"))).start(() -> false);
    assertEquals(weight, model.weights().get("weight"));
    assertFalse(bias.equals(model.weights().get("bias")));
  }

  @Test
  void closesInputsAndGradientsButNoWeights() {
    Map<String, INDArray> seen = new HashMap<>();
    Objective objective =
        (step, generator) -> {
          Map<String, INDArray> inputs = model.inputs(step, generator);
          inputs.values().forEach(array -> assertFalse(array.wasClosed()));
          inputs.forEach((name, array) -> seen.put(name + step, array));
          return inputs;
        };
    trainer(config(2), TrainingTask.of(model, "loss", model.weights(), objective))
        .start(() -> false);
    assertEquals(4, seen.size());
    // Reshaped arrays share the memory of another and cannot be closed.
    assertTrue(seen.get("y1").wasClosed());
    assertTrue(seen.get("y2").wasClosed());
    model.weights().arrays().values().forEach(array -> assertFalse(array.wasClosed()));
  }

  @Test
  void stopsBeforeTheNextStepWhenCancelled() {
    TrainingResult result = trainer(config(11), model.task()).start(() -> steps.size() == 5);
    assertEquals(Outcome.CANCELLED, result.outcome());
    assertEquals(5, result.step());
    assertEquals(5, steps.size());
    assertEquals("finished", events.get(events.size() - 1));
  }

  @Test
  void goesOnWhereItWasCancelled() {
    Trainer trainer = trainer(config(11), model.task());
    trainer.start(() -> steps.size() == 5);
    assertThrows(IllegalStateException.class, () -> trainer.start(() -> false));
    assertEquals(Outcome.COMPLETED, trainer.resume(() -> false).outcome());
    assertEquals(11, steps.size());
    LeastSquares other = new LeastSquares(SEED);
    new Trainer(config(11), other.task(), List.of()).start(() -> false);
    assertEquals(other.weights().get("weight"), model.weights().get("weight"));
  }

  @Test
  void namesTheStepAndTheParameterThatDiverged() {
    Objective objective =
        (step, generator) -> {
          Map<String, INDArray> inputs = model.inputs(step, generator);
          if (step == 3) {
            inputs.get("x").putScalar(1, 2, Float.POSITIVE_INFINITY);
          }
          return inputs;
        };
    TrainingTask task =
        TrainingTask.of(model, "loss", model.weights(), objective).withTrained(Set.of("bias"));
    var error =
        assertThrows(DivergenceException.class, () -> trainer(config(11), task).start(() -> false));
    assertEquals(3, error.step());
    assertTrue(
        error.getMessage().startsWith("the gradient of bias is not finite at step 3 (loss "),
        error.getMessage());
    assertTrue(Float.isFinite(model.weights().get("bias").getFloat(0)));
    assertEquals(List.of("step 2", "finished"), events.subList(2, 4));
  }

  @Test
  void aListenerThatFailsEndsTheTraining() {
    TrainingListener full =
        new TrainingListener() {
          @Override
          public void stepped(TrainingStep step) throws IOException {
            throw new IOException("no space left on device");
          }
        };
    Trainer trainer = new Trainer(config(11), model.task(), List.of(full, recorder));
    var error = assertThrows(UncheckedIOException.class, () -> trainer.start(() -> false));
    assertEquals("no space left on device", error.getMessage());
    assertEquals("finished", events.get(events.size() - 1));
  }

  @Test
  void refusesToTrainWhatTheWeightsLack() {
    TrainingTask task = model.task();
    var error =
        assertThrows(
            IllegalArgumentException.class, () -> task.withTrained(Set.of("bias", "scale")));
    assertEquals("no parameter is named scale", error.getMessage());
    assertThrows(IllegalArgumentException.class, () -> task.withTrained(Set.of()));
  }
}

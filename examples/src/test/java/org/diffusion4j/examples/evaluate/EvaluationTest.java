package org.diffusion4j.examples.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.diffusion4j.core.execution.Execution;
import org.diffusion4j.diffusion.pipeline.GenerationRequest;
import org.diffusion4j.examples.data.FashionMnist;
import org.diffusion4j.examples.model.ShippedModel;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Measurements of the model that ships, on a few of the held-out pictures. */
class EvaluationTest {
  private final FashionMnist all = FashionMnist.embedded();
  private final FashionMnist few = new FashionMnist(all.train(), all.heldOut().slice(0, 83));
  private final List<String> stages = new ArrayList<>();
  private long done;
  private boolean cancelled;

  private Evaluation evaluation() throws IOException {
    Evaluation.Progress progress =
        new Evaluation.Progress() {
          @Override
          public void started(String stage, long steps) {
            stages.add(stage + " " + steps);
          }

          @Override
          public void stepped(long steps) {
            done = steps;
          }
        };
    return new Evaluation(ShippedModel.unpack(), few, Execution.auto(), progress, () -> cancelled);
  }

  @Test
  void theShippedModelReconstructsAndNamesHeldOutPictures() throws IOException {
    double error = evaluation().reconstructionError();
    assertTrue(error > 0.001 && error < 0.03, "error " + error);
    assertEquals(83, done);
    double accuracy = evaluation().zeroShotAccuracy();
    assertTrue(accuracy > 0.7, "accuracy " + accuracy);
    assertEquals(List.of("Reconstruction 83", "Zero-shot 83"), stages);
  }

  @Test
  void generatedPicturesAreJudgedByAClassifier() throws IOException {
    Path file = ShippedModel.unpack().root().resolve(ShippedModel.CLASSIFIER);
    ClothesClassifier classifier = ClothesClassifier.load(file, 32, 10);
    double own = evaluation().accuracy(classifier);
    assertTrue(own > 0.8, "accuracy " + own);
    INDArray images = evaluation().generate(1, 1, GenerationRequest.of("").withSteps(7));
    assertEquals(10, images.size(0));
    int recognized = evaluation().recognized(classifier, images);
    assertTrue(recognized >= 6, "recognized " + recognized);
  }

  @Test
  void anEvaluationCanBeCancelled() throws IOException {
    Evaluation evaluation = evaluation();
    cancelled = true;
    assertThrows(CancellationException.class, evaluation::reconstructionError);
    assertThrows(
        CancellationException.class, () -> evaluation.generate(1, 1, GenerationRequest.of("")));
  }
}

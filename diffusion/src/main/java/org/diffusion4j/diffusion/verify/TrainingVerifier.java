package org.diffusion4j.diffusion.verify;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.diffusion4j.core.execution.Execution;
import org.diffusion4j.core.execution.Precision;
import org.diffusion4j.core.verify.Comparison;
import org.diffusion4j.core.verify.GoldenFile;
import org.diffusion4j.core.verify.VerifiableCase;
import org.diffusion4j.core.verify.Verifier;

/**
 * Verifies training steps: the golden data in folders named {@code training}, made with diffusers
 * and torch.
 *
 * <p>{@code model/} there holds a {@code UNet2DModel} as it was before the first step. Each JSON
 * file is one training of it: how it was done, and of every step the loss, the norm of the
 * gradients, the weights of the images' errors and the decay of the average. The tensors beside it
 * are the images, noise and timesteps of every step, the noised images and the network's
 * predictions for them, and some of the weights and averages at the end.
 *
 * <p>Trainings compute in float32, whatever the execution.
 */
public final class TrainingVerifier implements Verifier {

  @Override
  public String folder() {
    return "training";
  }

  @Override
  public List<VerifiableCase> cases(Path folder) throws IOException {
    List<VerifiableCase> cases = new ArrayList<>();
    for (GoldenFile file : GoldenFile.openAll(folder)) {
      cases.add(
          new VerifiableCase(
              file.name(),
              (execution, comparison) ->
                  check(folder.resolve("model"), file, execution, comparison)));
    }
    return cases;
  }

  private static void check(
      Path model, GoldenFile file, Execution execution, Comparison comparison) {
    Execution inFloat = execution.withPrecision(Precision.F32);
    try {
      new TrainingReplay(GoldenTraining.read(file), comparison).run(model, inFloat);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

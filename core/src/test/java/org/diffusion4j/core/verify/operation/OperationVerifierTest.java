package org.diffusion4j.core.verify.operation;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Stream;
import org.diffusion4j.core.testing.VerifierTests;
import org.diffusion4j.core.verify.GoldenCase;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

class OperationVerifierTest {
  /** What this version has no operation for. */
  private static final Set<String> UNSUPPORTED =
      Set.of(
          "activations/elu",
          "activations/geglu",
          "activations/gelu_tanh",
          "activations/leaky_relu",
          "activations/mish",
          "activations/softplus",
          "gaussian_fourier/",
          "kl_div_loss/",
          "kl_gaussian/kl_other",
          "kl_gaussian/nll",
          "losses/bce_with_logits",
          "losses/cross_entropy",
          "losses/huber",
          "losses/l1",
          "losses/smooth_l1",
          "optimizers/adam_wd",
          "optimizers/sgd_mom");

  @TestFactory
  Stream<DynamicTest> operationsAndGradientsAreTheReferences() throws IOException {
    return VerifierTests.shippedCases(new OperationVerifier(), UNSUPPORTED);
  }

  @TestFactory
  Stream<DynamicTest> aChangedOutputOrGradientFails(@TempDir Path folder) throws IOException {
    return VerifierTests.changedResults(
        new OperationVerifier(), folder, UNSUPPORTED, OperationVerifierTest::isResult);
  }

  /** Optimisers have no list of outputs: what they make of the gradients is called params. */
  private static boolean isResult(GoldenCase golden, String tensor) {
    String name = tensor.substring(golden.name().length() + 1);
    return golden.fields().has("outputs")
        ? golden.outputs().contains(name) || golden.gradients().contains(name)
        : name.equals("params");
  }
}

package org.diffusion4j.unet.verify;

import java.io.IOException;
import java.util.Set;
import java.util.stream.Stream;
import org.diffusion4j.core.testing.ModelVerifierTests;
import org.diffusion4j.core.testing.VerifierTests;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The model against diffusers' {@code UNet2DModel} with the same config and weights. */
class UNet2DVerifierTest {
  private static final UNet2DVerifier VERIFIER = new UNet2DVerifier();

  @TestFactory
  Stream<DynamicTest> valuesAndGradientsAreTheReferences() throws IOException {
    return VerifierTests.shippedCases(VERIFIER, Set.of());
  }

  @TestFactory
  Stream<DynamicTest> aChangedValueFails() throws IOException {
    return ModelVerifierTests.changedResults(
        VERIFIER,
        "scale-shift/io",
        "output",
        "mid.class_embedding",
        "mid.up_blocks.1",
        "grad.sample",
        "grad.param.conv_in.weight");
  }

  @TestFactory
  DynamicTest aChangedNormFails() throws IOException {
    return ModelVerifierTests.changedNorm(VERIFIER, "ddpm/io", "time_embedding.linear_1.weight");
  }
}

package org.diffusion4j.unet.verify;

import java.io.IOException;
import java.util.Set;
import java.util.stream.Stream;
import org.diffusion4j.core.testing.ModelVerifierTests;
import org.diffusion4j.core.testing.VerifierTests;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The model against diffusers' {@code UNet2DConditionModel} with the same config and weights. */
class UNet2DConditionVerifierTest {
  private static final UNet2DConditionVerifier VERIFIER = new UNet2DConditionVerifier();

  @TestFactory
  Stream<DynamicTest> valuesAndGradientsAreTheReferences() throws IOException {
    return VerifierTests.shippedCases(VERIFIER, Set.of());
  }

  @TestFactory
  Stream<DynamicTest> aChangedValueFails() throws IOException {
    return ModelVerifierTests.changedResults(
        VERIFIER,
        "sdxl/io",
        "output",
        "mid.add_embedding",
        "grad.sample",
        "grad.encoder_hidden_states",
        "grad.param.add_embedding.linear_1.weight");
  }

  @TestFactory
  Stream<DynamicTest> aChangedValueOfWeightsInHalfPrecisionFails() throws IOException {
    return Stream.concat(
        ModelVerifierTests.changedResults(VERIFIER, "sd1/io_fp16", "output"),
        ModelVerifierTests.changedResults(VERIFIER, "sd1/io_bf16", "output"));
  }

  @TestFactory
  DynamicTest aChangedNormFails() throws IOException {
    return ModelVerifierTests.changedNorm(
        VERIFIER, "sd1/io_odd", "down_blocks.0.attentions.0.proj_in.weight");
  }
}

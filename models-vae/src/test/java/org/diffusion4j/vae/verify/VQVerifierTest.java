package org.diffusion4j.vae.verify;

import java.io.IOException;
import java.util.Set;
import java.util.stream.Stream;
import org.diffusion4j.core.testing.ModelVerifierTests;
import org.diffusion4j.core.testing.VerifierTests;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The model against diffusers' {@code VQModel} with the same weights. */
class VQVerifierTest {
  private static final VQVerifier VERIFIER = new VQVerifier();

  @TestFactory
  Stream<DynamicTest> valuesAndGradientsAreTheReferences() throws IOException {
    return VerifierTests.shippedCases(VERIFIER, Set.of());
  }

  @TestFactory
  Stream<DynamicTest> aChangedValueFails() throws IOException {
    return ModelVerifierTests.changedResults(
        VERIFIER,
        "vqmodel/io",
        "output",
        "latents",
        "quantized",
        "indices",
        "vq_loss",
        "mid.encoder",
        "grad.x",
        "grad.param.quant_conv.weight");
  }

  @TestFactory
  Stream<DynamicTest> aChangedGradientOfTheLossFails() throws IOException {
    return ModelVerifierTests.changedResults(
        VERIFIER,
        "vqmodel/io_loss",
        "vq_loss",
        "grad_loss.latents",
        "grad_loss.x",
        "grad_loss.quantize.embedding.weight");
  }

  @TestFactory
  DynamicTest aChangedNormFails() throws IOException {
    return ModelVerifierTests.changedNorm(VERIFIER, "vqmodel/io", "quant_conv.weight");
  }
}

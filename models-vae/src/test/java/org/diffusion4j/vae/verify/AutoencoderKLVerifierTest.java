package org.diffusion4j.vae.verify;

import java.io.IOException;
import java.util.Set;
import java.util.stream.Stream;
import org.diffusion4j.core.testing.ModelVerifierTests;
import org.diffusion4j.core.testing.VerifierTests;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The model against diffusers' {@code AutoencoderKL} with the same weights. */
class AutoencoderKLVerifierTest {
  private static final AutoencoderKLVerifier VERIFIER = new AutoencoderKLVerifier();

  @TestFactory
  Stream<DynamicTest> valuesAndGradientsAreTheReferences() throws IOException {
    return VerifierTests.shippedCases(VERIFIER, Set.of());
  }

  @TestFactory
  Stream<DynamicTest> aChangedValueFails() throws IOException {
    return ModelVerifierTests.changedResults(
        VERIFIER,
        "sd/io",
        "output",
        "posterior_mean",
        "posterior_mode",
        "posterior_logvar",
        "posterior_std",
        "latent_sample",
        "kl",
        "mid.decoder.mid_block",
        "grad.x",
        "grad.noise",
        "grad.param.encoder.conv_in.weight");
  }

  @TestFactory
  DynamicTest aChangedNormFails() throws IOException {
    return ModelVerifierTests.changedNorm(
        VERIFIER, "no-quant/io", "decoder.mid_block.attentions.0.to_v.weight");
  }
}

package org.diffusion4j.clip.verify;

import java.io.IOException;
import java.util.Set;
import java.util.stream.Stream;
import org.diffusion4j.core.testing.ModelVerifierTests;
import org.diffusion4j.core.testing.VerifierTests;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The text models against transformers' with the same config files and weights. */
class ClipTextVerifierTest {
  private static final ClipTextVerifier VERIFIER = new ClipTextVerifier();

  @TestFactory
  Stream<DynamicTest> valuesAndGradientsAreTheReferences() throws IOException {
    return VerifierTests.shippedCases(VERIFIER, Set.of());
  }

  @TestFactory
  Stream<DynamicTest> aChangedValueFails() throws IOException {
    return ModelVerifierTests.changedResults(
        VERIFIER,
        "sd1-quick-gelu/io",
        "output",
        "pooler_output",
        "hidden_states.0",
        "hidden_states.3",
        "mid.text_model.embeddings",
        "mid.text_model.encoder.layers.0",
        "mid.text_model.encoder.layers.0.mlp",
        "mid.text_model.encoder.layers.0.self_attn",
        "grad.param.text_model.embeddings.token_embedding.weight");
  }

  @TestFactory
  Stream<DynamicTest> aChangedProjectionFails() throws IOException {
    return ModelVerifierTests.changedResults(
        VERIFIER, "projection/io", "output", "text_embeds", "last_hidden_state");
  }

  @TestFactory
  DynamicTest aChangedNormFails() throws IOException {
    return ModelVerifierTests.changedNorm(
        VERIFIER, "sd2-gelu/io", "text_model.encoder.layers.0.mlp.fc1.weight");
  }
}

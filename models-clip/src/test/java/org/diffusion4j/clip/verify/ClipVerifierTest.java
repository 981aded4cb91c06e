package org.diffusion4j.clip.verify;

import java.io.IOException;
import java.util.Set;
import java.util.stream.Stream;
import org.diffusion4j.core.testing.ModelVerifierTests;
import org.diffusion4j.core.testing.VerifierTests;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The model against transformers' {@code CLIPModel} with the same weights. */
class ClipVerifierTest {
  private static final ClipVerifier VERIFIER = new ClipVerifier();

  @TestFactory
  Stream<DynamicTest> valuesAndGradientsAreTheReferences() throws IOException {
    return VerifierTests.shippedCases(VERIFIER, Set.of());
  }

  @TestFactory
  Stream<DynamicTest> aChangedValueFails() throws IOException {
    return ModelVerifierTests.changedResults(
        VERIFIER,
        "vit/io",
        "output",
        "logits_per_text",
        "logits_per_image",
        "text_last_hidden_state",
        "text_pooler_output",
        "text_features",
        "text_embeds",
        "vision_last_hidden_state",
        "vision_pooler_output",
        "image_features",
        "image_embeds",
        "mid.text_model.embeddings",
        "mid.text_model.encoder.layers.0",
        "mid.vision_model.embeddings",
        "mid.vision_model.encoder.layers.0",
        "mid.vision_model.pre_layrnorm",
        "grad.pixel_values",
        "grad.param.logit_scale",
        "grad.param.text_model.embeddings.token_embedding.weight");
  }

  @TestFactory
  DynamicTest aChangedNormFails() throws IOException {
    return ModelVerifierTests.changedNorm(VERIFIER, "vit/io", "visual_projection.weight");
  }
}

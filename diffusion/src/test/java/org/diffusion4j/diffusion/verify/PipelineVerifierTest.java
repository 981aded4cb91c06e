package org.diffusion4j.diffusion.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Stream;
import org.diffusion4j.core.InvalidFileException;
import org.diffusion4j.core.execution.Execution;
import org.diffusion4j.core.testing.GoldenChanges;
import org.diffusion4j.core.testing.VerifierTests;
import org.diffusion4j.core.verify.CaseResult;
import org.diffusion4j.core.verify.CaseResult.Outcome;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PipelineVerifierTest {

  @TestFactory
  Stream<DynamicTest> runsAreThoseOfTheReference() throws IOException {
    return Stream.concat(
        VerifierTests.shippedCases(PipelineVerifier.plain(), Set.of()),
        VerifierTests.shippedCases(PipelineVerifier.inpainting(), Set.of()));
  }

  @ParameterizedTest
  @CsvSource({
    "img2img, prompt_ids",
    "img2img, negative_prompt_embeds",
    "img2img, noise.1",
    "img2img, in.image",
    "inpaint4, noise.0",
    "inpaint4, in.image",
    "inpaint4, unet_first_input",
    "txt2img, in.latents",
    "txt2img, unet_first_output",
    "txt2img_euler, latents_step.3",
    "txt2img_noguidance, final_latents",
    "txt2img_rescale_n2, image"
  })
  void aChangedValueFails(String run, String tensor) throws IOException {
    Path folder = PipelineVerifier.plain().shipped();
    GoldenChanges.changeValue(folder.resolve(run + ".safetensors"), tensor);
    assertEquals(Outcome.FAILED, run(folder, run).outcome());
  }

  @ParameterizedTest
  @CsvSource({
    "txt2img, '\"guidance_scale\": 7.5', '\"guidance_scale\": 7.4'",
    "txt2img_rescale_n2, '\"guidance_rescale\": 0.7', '\"guidance_rescale\": 0.6'",
    "txt2img_rescale_n2, '\"eta\": 0.5', '\"eta\": 0.6'",
    "img2img, '\"beta_end\": 0.012', '\"beta_end\": 0.011'"
  })
  void anotherArgumentFails(String run, String text, String other) throws IOException {
    Path folder = PipelineVerifier.plain().shipped();
    replace(folder.resolve(run + ".json"), text, other);
    assertEquals(Outcome.FAILED, run(folder, run).outcome());
  }

  @ParameterizedTest
  @CsvSource({
    "'\"eta\": 0.5', '\"eta\": 0.5, \"clip_skip\": 1', no pipeline with [clip_skip]",
    "'\"StableDiffusionPipeline\"', '\"FluxPipeline\"', no pipeline FluxPipeline"
  })
  void whatNothingHereTakesAccountOfIsSkipped(String text, String other, String reason)
      throws IOException {
    Path folder = PipelineVerifier.plain().shipped();
    replace(folder.resolve("txt2img_rescale_n2.json"), text, other);
    CaseResult result = run(folder, "txt2img_rescale_n2");
    assertEquals(Outcome.SKIPPED, result.outcome(), result::toString);
    assertEquals(reason, result.reason());
  }

  @ParameterizedTest
  @CsvSource({
    "'\"num_images_per_prompt\": 2', '\"num_images_per_prompt\": 0', count (=0) must be positive",
    "'\"guidance_rescale\": 0.7', '\"guidance_rescale\": 7', guidanceRescale (=7.0) must be in"
  })
  void malformedFilesAreNamed(String text, String other, String problem) throws IOException {
    Path folder = PipelineVerifier.plain().shipped();
    replace(folder.resolve("txt2img_rescale_n2.json"), text, other);
    var error = assertThrows(InvalidFileException.class, () -> run(folder, "txt2img_rescale_n2"));
    assertTrue(error.getMessage().contains("txt2img_rescale_n2.json"), error.getMessage());
    assertTrue(error.getMessage().contains(problem), error.getMessage());
  }

  private static CaseResult run(Path folder, String name) throws IOException {
    return PipelineVerifier.plain().cases(folder).stream()
        .filter(golden -> golden.name().equals(name))
        .findFirst()
        .orElseThrow()
        .run("pipeline", Execution.auto().withExecutor("samediff"));
  }

  private static void replace(Path file, String text, String other) throws IOException {
    String json = Files.readString(file);
    assertTrue(json.contains(text), text);
    Files.writeString(file, json.replace(text, other));
  }
}

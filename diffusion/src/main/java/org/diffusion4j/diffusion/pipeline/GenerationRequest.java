package org.diffusion4j.diffusion.pipeline;

import io.soabase.recordbuilder.core.RecordBuilder;
import io.soabase.recordbuilder.core.RecordBuilder.ConcreteSettersForOptionalMode;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.diffusion4j.core.check.Require;
import org.diffusion4j.diffusion.denoise.ClassifierFreeGuidance;
import org.diffusion4j.diffusion.sample.SchedulerConfig;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What to generate; {@link #of} has the defaults of diffusers.
 *
 * @param task what the images are made from besides the words
 * @param prompt the sentence; empty for no condition
 * @param negativePrompt what to move away from; empty for no text
 * @param clipSkip how many of the last layers of the text encoder are left out; empty for those
 *     that the model was trained with
 * @param guidance how strongly to follow the prompt
 * @param steps the number of denoising steps
 * @param scheduler what removes the noise; empty for the model's own
 * @param eta for DDIM: 0 for a deterministic run, 1 for as much noise in each step as DDPM; for TCD
 *     the part of each step that is drawn anew
 * @param count the number of images
 * @param seed the seed of the first image; image i has seed {@code seed + i}
 * @param latents the normal values that the images begin with, {@code [count, c, h, w]}; empty for
 *     those that the seeds give
 */
@RecordBuilder
@RecordBuilder.Options(addConcreteSettersForOptional = ConcreteSettersForOptionalMode.ENABLED)
public record GenerationRequest(
    Task task,
    String prompt,
    String negativePrompt,
    OptionalInt clipSkip,
    ClassifierFreeGuidance guidance,
    int steps,
    Optional<SchedulerConfig> scheduler,
    double eta,
    int count,
    long seed,
    Optional<INDArray> latents)
    implements GenerationRequestBuilder.With {

  /** Checks each value by itself; what depends on the model is checked with it. */
  public GenerationRequest {
    Objects.requireNonNull(task, "task");
    Objects.requireNonNull(prompt, "prompt");
    Objects.requireNonNull(negativePrompt, "negativePrompt");
    Objects.requireNonNull(guidance, "guidance");
    Objects.requireNonNull(scheduler, "scheduler");
    Objects.requireNonNull(latents, "latents");
    clipSkip.ifPresent(layers -> Require.notNegative("clipSkip", layers));
    Require.positive("steps", steps);
    Require.fraction("eta", eta);
    Require.positive("count", count);
  }

  /** One image of a prompt with seed 0, in 50 steps with guidance scale 7.5. */
  public static GenerationRequest of(String prompt) {
    return new GenerationRequest(
        Task.TEXT_TO_IMAGE,
        prompt,
        "",
        OptionalInt.empty(),
        new ClassifierFreeGuidance(7.5, 0),
        50,
        Optional.empty(),
        0,
        1,
        0,
        Optional.empty());
  }
}

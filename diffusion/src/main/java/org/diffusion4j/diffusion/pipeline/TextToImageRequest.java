package org.diffusion4j.diffusion.pipeline;

import java.util.Objects;
import java.util.Optional;
import org.diffusion4j.core.check.Require;
import org.diffusion4j.diffusion.sample.SchedulerType;

/**
 * What to generate.
 *
 * @param prompt the sentence; empty for no condition
 * @param negativePrompt what to move away from; empty for no text
 * @param count the number of images
 * @param steps the number of denoising steps
 * @param guidanceScale how strongly to follow the prompt; 1 for no guidance
 * @param seed the seed of the first image; image i has seed {@code seed + i}
 * @param sampler what removes the noise; empty for the model's own
 * @param eta for DDIM: 0 for a deterministic run, 1 for as much noise in each step as DDPM; for TCD
 *     the part of each step that is drawn anew
 */
public record TextToImageRequest(
    String prompt,
    String negativePrompt,
    int count,
    int steps,
    double guidanceScale,
    long seed,
    Optional<SchedulerType> sampler,
    double eta) {

  public TextToImageRequest {
    Objects.requireNonNull(prompt, "prompt");
    Objects.requireNonNull(negativePrompt, "negativePrompt");
    Objects.requireNonNull(sampler, "sampler");
    Require.positive("count", count);
    Require.positive("steps", steps);
    Require.finite("guidanceScale", guidanceScale);
    Require.fraction("eta", eta);
  }

  /**
   * Starts from one image in 20 steps of the model's own sampler with guidance scale 3 and seed 0.
   */
  public static Builder builder(String prompt) {
    return new Builder().prompt(prompt);
  }

  /** Starts from this request. */
  public Builder toBuilder() {
    return builder(prompt)
        .negativePrompt(negativePrompt)
        .count(count)
        .steps(steps)
        .guidanceScale(guidanceScale)
        .seed(seed)
        .sampler(sampler)
        .eta(eta);
  }

  /** Collects what a request says. */
  public static final class Builder {
    private String prompt = "";
    private String negativePrompt = "";
    private int count = 1;
    private int steps = 20;
    private double guidanceScale = 3;
    private long seed;
    private Optional<SchedulerType> sampler = Optional.empty();
    private double eta;

    private Builder() {}

    public Builder prompt(String prompt) {
      this.prompt = prompt;
      return this;
    }

    public Builder negativePrompt(String negativePrompt) {
      this.negativePrompt = negativePrompt;
      return this;
    }

    public Builder count(int count) {
      this.count = count;
      return this;
    }

    public Builder steps(int steps) {
      this.steps = steps;
      return this;
    }

    public Builder guidanceScale(double guidanceScale) {
      this.guidanceScale = guidanceScale;
      return this;
    }

    public Builder seed(long seed) {
      this.seed = seed;
      return this;
    }

    public Builder sampler(Optional<SchedulerType> sampler) {
      this.sampler = sampler;
      return this;
    }

    public Builder eta(double eta) {
      this.eta = eta;
      return this;
    }

    /**
     * The request.
     *
     * @throws IllegalArgumentException if a value is out of its range
     */
    public TextToImageRequest build() {
      return new TextToImageRequest(
          prompt, negativePrompt, count, steps, guidanceScale, seed, sampler, eta);
    }
  }
}

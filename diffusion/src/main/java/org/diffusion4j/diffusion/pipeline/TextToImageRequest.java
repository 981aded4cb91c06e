package org.diffusion4j.diffusion.pipeline;

import org.diffusion4j.core.check.Require;

/**
 * What to generate.
 *
 * @param prompt the sentence; empty for no condition
 * @param negativePrompt what to move away from; empty for no text
 * @param count the number of images
 * @param steps the number of denoising steps
 * @param guidanceScale how strongly to follow the prompt; 1 for no guidance
 * @param seed the seed of the first image; image i has seed {@code seed + i}
 * @param eta 0 for deterministic DDIM, 1 for as much noise in each step as DDPM
 */
public record TextToImageRequest(
    String prompt,
    String negativePrompt,
    int count,
    int steps,
    double guidanceScale,
    long seed,
    double eta) {

  public TextToImageRequest {
    Require.positive("count", count);
    Require.positive("steps", steps);
    Require.finite("guidanceScale", guidanceScale);
    Require.fraction("eta", eta);
  }

  /** One image in 30 steps of deterministic DDIM with guidance scale 3 and seed 0. */
  public static TextToImageRequest of(String prompt) {
    return new TextToImageRequest(prompt, "", 1, 30, 3, 0, 0);
  }

  /** The same for another sentence. */
  public TextToImageRequest withPrompt(String prompt) {
    return new TextToImageRequest(prompt, negativePrompt, count, steps, guidanceScale, seed, eta);
  }

  /** The same with another number of images. */
  public TextToImageRequest withCount(int count) {
    return new TextToImageRequest(prompt, negativePrompt, count, steps, guidanceScale, seed, eta);
  }

  /** The same with another number of steps. */
  public TextToImageRequest withSteps(int steps) {
    return new TextToImageRequest(prompt, negativePrompt, count, steps, guidanceScale, seed, eta);
  }

  /** The same with another seed. */
  public TextToImageRequest withSeed(long seed) {
    return new TextToImageRequest(prompt, negativePrompt, count, steps, guidanceScale, seed, eta);
  }
}

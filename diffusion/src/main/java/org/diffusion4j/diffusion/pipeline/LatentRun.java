package org.diffusion4j.diffusion.pipeline;

import java.util.Arrays;
import java.util.Optional;

/** The run of one image as it begins. */
final class LatentRun {
  private final int firstIndex;
  private final float[] latents;

  /** Further channels for the U-Net, the same in every step; often none. */
  private final float[] context;

  private final Optional<KeptRegion> kept;

  private LatentRun(int firstIndex, float[] latents, float[] context, Optional<KeptRegion> kept) {
    this.firstIndex = firstIndex;
    this.latents = latents;
    this.context = context;
    this.kept = kept;
  }

  /**
   * From latents alone.
   *
   * @param firstIndex of the sampler's timesteps
   */
  static LatentRun from(int firstIndex, float[] latents) {
    return new LatentRun(firstIndex, latents, new float[0], Optional.empty());
  }

  /** The same, but the U-Net sees further channels in every step. */
  LatentRun seeing(float[] channels) {
    return new LatentRun(firstIndex, latents, channels, kept);
  }

  /** The same, but a region is given back after each step. */
  LatentRun keeping(KeptRegion region) {
    return new LatentRun(firstIndex, latents, context, Optional.of(region));
  }

  /** The first of the sampler's timesteps. */
  int firstIndex() {
    return firstIndex;
  }

  /** Before the first step. */
  float[] latents() {
    return latents;
  }

  /** What is given back after each step. */
  Optional<KeptRegion> kept() {
    return kept;
  }

  /** What the U-Net is given: the latents, scaled by the sampler, and the context. */
  float[] modelInput(float[] scaledLatents) {
    return joined(scaledLatents, context);
  }

  /** The channels of one array and then of another; a new array. */
  static float[] joined(float[] first, float[] second) {
    float[] joined = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, joined, first.length, second.length);
    return joined;
  }
}

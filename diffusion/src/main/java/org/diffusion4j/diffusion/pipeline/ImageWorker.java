package org.diffusion4j.diffusion.pipeline;

import java.util.HashMap;
import java.util.Map;
import java.util.function.IntFunction;
import org.diffusion4j.core.execution.GraphExecutor;
import org.diffusion4j.diffusion.denoise.ConditionedDenoiser;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The executors that one thread needs to make images. */
final class ImageWorker implements AutoCloseable {
  private final IntFunction<LatentDenoiser> newDenoiser;
  private final GraphExecutor decoder;

  /** By the number of texts that they look at: one without guidance, two with it. */
  private final Map<Integer, LatentDenoiser> denoisers = new HashMap<>();

  /**
   * @param newDenoiser makes a denoiser that looks at so many texts
   * @param decoder from {@code latents} to {@code image}
   */
  ImageWorker(IntFunction<LatentDenoiser> newDenoiser, GraphExecutor decoder) {
    this.newDenoiser = newDenoiser;
    this.decoder = decoder;
  }

  /**
   * The U-Net given texts.
   *
   * @param states {@code [n, s, d]}
   */
  ConditionedDenoiser given(INDArray states) {
    return denoisers
        .computeIfAbsent(Math.toIntExact(states.size(0)), newDenoiser::apply)
        .given(states);
  }

  /** The image of unscaled latents; also for other threads, which look at previews. */
  synchronized INDArray decode(INDArray latents) {
    return decoder.run(Map.of("latents", latents), "image");
  }

  @Override
  public void close() {
    denoisers.values().forEach(LatentDenoiser::close);
    decoder.close();
  }
}

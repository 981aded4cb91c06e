package org.diffusion4j.diffusion.pipeline;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.diffusion4j.core.execution.GraphExecutor;
import org.diffusion4j.diffusion.denoise.ConditionedDenoiser;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The executors that one thread needs to make images. */
final class ImageWorker implements AutoCloseable {
  private final BiFunction<Integer, Integer, LatentDenoiser> newDenoiser;
  private final GraphExecutor decoder;

  /** By the states that they look at: of one text without guidance, two with it, and how long. */
  private final Map<List<Integer>, LatentDenoiser> denoisers = new HashMap<>();

  /**
   * @param newDenoiser makes a denoiser that looks at so many texts of so many tokens
   * @param decoder from {@code latents} to {@code image}
   */
  ImageWorker(BiFunction<Integer, Integer, LatentDenoiser> newDenoiser, GraphExecutor decoder) {
    this.newDenoiser = newDenoiser;
    this.decoder = decoder;
  }

  /**
   * The U-Net given texts.
   *
   * @param states {@code [n, s, d]}
   */
  ConditionedDenoiser given(INDArray states) {
    int texts = Math.toIntExact(states.size(0));
    int length = Math.toIntExact(states.size(1));
    return denoisers
        .computeIfAbsent(List.of(texts, length), key -> newDenoiser.apply(texts, length))
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

package org.diffusion4j.diffusion.pipeline;

import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import org.diffusion4j.diffusion.denoise.ClassifierFreeGuidance;
import org.diffusion4j.diffusion.denoise.ConditionedDenoiser;
import org.diffusion4j.diffusion.pipeline.StableDiffusionPipeline.StepListener;
import org.diffusion4j.diffusion.sample.NoiseSource;
import org.diffusion4j.diffusion.sample.Sampler;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The way of one image's latents from noise to data. */
final class Denoising {
  private final int image;
  private final Sampler sampler;
  private final ConditionedDenoiser unet;
  private final ClassifierFreeGuidance guidance;
  private final long[] shape;

  /**
   * @param image its index, for the listener
   * @param unet given the negative prompt and the prompt, or without guidance the prompt alone
   * @param shape of the latents, {@code [1, c, h, w]}
   */
  Denoising(
      int image,
      Sampler sampler,
      ConditionedDenoiser unet,
      ClassifierFreeGuidance guidance,
      long[] shape) {
    this.image = image;
    this.sampler = sampler;
    this.unet = unet;
    this.guidance = guidance;
    this.shape = shape;
  }

  /**
   * Makes all steps.
   *
   * @param latents the normal values to begin with; empty to draw them
   * @return {@code [1, c, h, w]}
   * @throws CancellationException if {@code cancelled} said so
   */
  INDArray run(
      LatentStart start,
      NoiseSource noise,
      Optional<float[]> latents,
      StepListener listener,
      BooleanSupplier cancelled) {
    LatentRun run = start.begin(sampler, noise, latents);
    double[] timesteps = sampler.timesteps();
    float[] sample = run.latents();
    for (int i = run.firstIndex(); i < timesteps.length; i++) {
      int made = i - run.firstIndex();
      if (cancelled.getAsBoolean()) {
        throw new CancellationException("cancelled after " + made + " steps of image " + image);
      }
      float[] input = run.modelInput(sampler.scaleModelInput(sample, i));
      float[][] predictions = unet.predict(input, timesteps[i]);
      float[] prediction =
          predictions.length == 1 ? predictions[0] : guidance.guide(predictions[0], predictions[1]);
      sample = sampler.step(prediction, i, sample, noise);
      if (run.kept().isPresent()) {
        sample = run.kept().get().restore(sample, sampler, i);
      }
      listener.stepped(
          new GenerationStep(
              image, made + 1, timesteps[i], array(input), array(predictions), array(sample)));
    }
    return array(sample);
  }

  /** Values of one image or, with other channels, of what the U-Net sees of it. */
  private INDArray array(float[]... images) {
    long[] size = shape.clone();
    size[0] = images.length;
    size[1] = images[0].length / (shape[2] * shape[3]);
    float[] values = new float[0];
    for (float[] each : images) {
      values = LatentRun.joined(values, each);
    }
    return Nd4j.create(values, size, 'c');
  }
}

package org.diffusion4j.diffusion.pipeline;

import java.io.IOException;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.diffusion4j.core.check.Require;
import org.diffusion4j.core.execution.SameDiffExecutor;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.random.Generator;
import org.diffusion4j.core.weights.Weights;
import org.diffusion4j.diffusion.denoise.ClassifierFreeGuidance;
import org.diffusion4j.diffusion.denoise.ConditionedDenoiser;
import org.diffusion4j.diffusion.denoise.Denoiser;
import org.diffusion4j.diffusion.pipeline.ModelFolder.Part;
import org.diffusion4j.diffusion.sample.DdimConfig;
import org.diffusion4j.diffusion.sample.DdimSampler;
import org.diffusion4j.diffusion.sample.DiscreteSchedulerConfig;
import org.diffusion4j.diffusion.sample.Sampler;
import org.diffusion4j.diffusion.sample.SchedulerConfig;
import org.diffusion4j.diffusion.sample.SchedulerConfigFile;
import org.diffusion4j.diffusion.sample.SchedulerType;
import org.diffusion4j.diffusion.sample.TcdConfig;
import org.diffusion4j.diffusion.sample.TcdSampler;
import org.diffusion4j.unet.UNet2DConditionModel;
import org.diffusion4j.vae.AutoencoderKL;
import org.diffusion4j.vae.LatentScaling;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Latent text-to-image diffusion (Rombach et al. 2022): text encoder, denoising of a latent under
 * classifier-free guidance, decoder.
 *
 * <p>Each image is made for itself, from a generator of its own, so that it does not depend on what
 * else is asked for; several are made at a time. Not for two threads at a time.
 */
public final class TextToImagePipeline implements AutoCloseable {

  /** Hears of each step, from one thread at a time. */
  @FunctionalInterface
  public interface StepListener {
    /**
     * After a step.
     *
     * @param image the index of the image, from 0
     * @param step from 1
     * @param latents the latents after the step, {@code [1, c, h, w]}, for {@link #decode}
     */
    void stepped(int image, int step, INDArray latents);
  }

  private final TextEncoder textEncoder;
  private final List<ImageWorker> workers;
  private final SchedulerConfigFile scheduler;
  private final long[] latentShape;
  private final LatentScaling scaling;

  private TextToImagePipeline(
      TextEncoder textEncoder,
      List<ImageWorker> workers,
      SchedulerConfigFile scheduler,
      long[] latentShape,
      LatentScaling scaling) {
    this.textEncoder = textEncoder;
    this.workers = workers;
    this.scheduler = scheduler;
    this.latentShape = latentShape;
    this.scaling = scaling;
  }

  /**
   * Opens a model for square images.
   *
   * @param imageSize height and width in pixels
   * @param parallel how many images to make at a time; if more than one, each on a thread of its
   *     own with one native thread. They share the weights
   * @throws org.diffusion4j.core.InvalidFileException if a file is damaged or of another model
   * @throws IOException if a file cannot be read
   */
  public static TextToImagePipeline open(ModelFolder model, int imageSize, int parallel)
      throws IOException {
    Require.positive("parallel", parallel);
    AutoencoderKL vae = new AutoencoderKL(model.vaeConfig());
    Weights vaeWeights = model.load(Part.VAE, vae.parameters());
    UNet2DConditionModel unet = new UNet2DConditionModel(model.unetConfig());
    Weights unetWeights = model.load(Part.UNET, unet.parameters());
    long size = imageSize / vae.config().downscale();
    long[] latentShape = {1, vae.config().latentChannels(), size, size};
    List<ImageWorker> workers =
        Stream.generate(
                () ->
                    new ImageWorker(
                        (texts, length) ->
                            new LatentDenoiser(unet, unetWeights, latentShape, texts, length),
                        decoder(vae, vaeWeights, latentShape)))
            .limit(parallel)
            .toList();
    return new TextToImagePipeline(
        TextEncoder.open(model),
        workers,
        model.schedulerConfig(),
        latentShape,
        new LatentScaling(vae.config()));
  }

  private static SameDiffExecutor decoder(AutoencoderKL vae, Weights weights, long[] latentShape) {
    Graph graph = new Graph();
    graph.named("image", vae.decode(graph, graph.input("latents", latentShape)));
    return new SameDiffExecutor(graph, weights);
  }

  /** Whether the model reads the whole text; of a longer one it leaves out the end. */
  public boolean fits(String text) {
    return textEncoder.fits(text);
  }

  /**
   * How many steps of all images a listener hears of: more than asked for if the sampler calls the
   * model more than once in a step.
   *
   * @throws IllegalArgumentException if the sampler is not one for the model or cannot make so many
   *     steps
   * @throws org.diffusion4j.core.InvalidFileException if the model's scheduler does not fit the
   *     sampler
   */
  public int steps(TextToImageRequest request) {
    return samplers(request).stream().mapToInt(sampler -> sampler.timesteps().length).sum();
  }

  /**
   * Generates images.
   *
   * @param cancelled asked before each step, from several threads
   * @return each {@code [1, c, h, w]}, about in [-1,1]
   * @throws CancellationException if {@code cancelled} said so
   * @throws IllegalArgumentException if the sampler is not one for the model or cannot make so many
   *     steps
   * @throws org.diffusion4j.core.InvalidFileException if the model's scheduler does not fit the
   *     sampler
   */
  public List<INDArray> generate(
      TextToImageRequest request, StepListener listener, BooleanSupplier cancelled) {
    List<Sampler> samplers = samplers(request);
    INDArray states = states(request);
    StepListener oneAtATime =
        (image, step, latents) -> {
          synchronized (this) {
            listener.stepped(image, step, latents);
          }
        };
    return ParallelImages.make(
        request.count(),
        workers,
        cancelled,
        (image, worker, stop) -> {
          Denoiser denoiser = denoiser(request, worker.given(states));
          long seed = request.seed() + image;
          return decode(
              denoise(samplers.get(image), image, new Generator(seed), denoiser, oneAtATime, stop),
              worker);
        });
  }

  /** A sampler for each image. */
  private List<Sampler> samplers(TextToImageRequest request) {
    SchedulerType type = request.sampler().orElseGet(scheduler::type);
    SchedulerConfig config = scheduler.config(type);
    Require.that(
        config instanceof DiscreteSchedulerConfig && type != SchedulerType.DDIM_INVERSE,
        "sampler",
        type,
        "must take the noise away that this model was trained with, on discrete timesteps");
    return Stream.generate(() -> sampler(config, request)).limit(request.count()).toList();
  }

  private static Sampler sampler(SchedulerConfig config, TextToImageRequest request) {
    if (config instanceof DdimConfig ddim) {
      return new DdimSampler(ddim, request.steps(), request.eta(), false);
    } else if (config instanceof TcdConfig tcd) {
      return new TcdSampler(tcd, request.steps(), request.eta());
    }
    return config.sampler(request.steps());
  }

  /** The states of the negative prompt and the prompt, or without guidance of the prompt alone. */
  private INDArray states(TextToImageRequest request) {
    List<String> texts =
        request.guidanceScale() == 1
            ? List.of(request.prompt())
            : List.of(request.negativePrompt(), request.prompt());
    return textEncoder.encode(texts, OptionalInt.empty()).states();
  }

  private static Denoiser denoiser(TextToImageRequest request, ConditionedDenoiser network) {
    return request.guidanceScale() == 1
        ? (sample, timestep) -> network.predict(sample, timestep)[0]
        : new ClassifierFreeGuidance(network, request.guidanceScale());
  }

  private INDArray denoise(
      Sampler sampler,
      int image,
      Generator generator,
      Denoiser denoiser,
      StepListener listener,
      BooleanSupplier cancelled) {
    double[] timesteps = sampler.timesteps();
    float[] sample =
        generator.normal(Math.toIntExact(latentShape[1] * latentShape[2] * latentShape[3]));
    for (int i = 0; i < sample.length; i++) {
      sample[i] *= (float) sampler.initNoiseSigma();
    }
    for (int step = 0; step < timesteps.length; step++) {
      if (cancelled.getAsBoolean()) {
        throw new CancellationException("cancelled after " + step + " steps of image " + image);
      }
      float[] prediction = denoiser.predict(sampler.scaleModelInput(sample, step), timesteps[step]);
      sample = sampler.step(prediction, step, sample, generator::normal);
      listener.stepped(image, step + 1, Nd4j.create(sample, latentShape, 'c'));
    }
    return Nd4j.create(sample, latentShape, 'c');
  }

  /**
   * The image of latents, also of those between two steps, as a listener gets them.
   *
   * @param latents {@code [1, c, h, w]}, scaled as the U-Net sees them
   * @return {@code [1, c, h, w]}, about in [-1,1]
   */
  public INDArray decode(INDArray latents) {
    return decode(latents, workers.get(0));
  }

  private INDArray decode(INDArray latents, ImageWorker worker) {
    try (INDArray unscaled = scaling.unscale(latents)) {
      return worker.decode(unscaled);
    }
  }

  @Override
  public void close() {
    textEncoder.close();
    workers.forEach(ImageWorker::close);
  }
}

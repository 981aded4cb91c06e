package org.diffusion4j.diffusion.pipeline;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.diffusion4j.core.InvalidFileException;
import org.diffusion4j.core.check.Require;
import org.diffusion4j.core.execution.Execution;
import org.diffusion4j.core.random.Generator;
import org.diffusion4j.core.weights.Weights;
import org.diffusion4j.diffusion.pipeline.ModelFolder.Part;
import org.diffusion4j.diffusion.sample.DdimConfig;
import org.diffusion4j.diffusion.sample.DdimSampler;
import org.diffusion4j.diffusion.sample.DiscreteSchedulerConfig;
import org.diffusion4j.diffusion.sample.NoiseSource;
import org.diffusion4j.diffusion.sample.Sampler;
import org.diffusion4j.diffusion.sample.SchedulerConfig;
import org.diffusion4j.diffusion.sample.SchedulerConfigFile;
import org.diffusion4j.diffusion.sample.SchedulerType;
import org.diffusion4j.diffusion.sample.TcdConfig;
import org.diffusion4j.diffusion.sample.TcdSampler;
import org.diffusion4j.unet.UNet2DConditionModel;
import org.diffusion4j.vae.AutoencoderKL;
import org.diffusion4j.vae.LatentCodec;
import org.diffusion4j.vae.LatentScaling;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Latent diffusion (Rombach et al. 2022) from words, from an image or from a part of one: text
 * encoder, denoising of a latent under classifier-free guidance, decoder.
 *
 * <p>Each image is made for itself, from a generator of its own, so that it does not depend on what
 * else is asked for; several are made at a time. It is the image that diffusers makes with a list
 * of as many generators.
 *
 * <p>Two threads that generate take turns. {@link #close} may be called at any time, from any
 * thread: a generation that is under way is cancelled, and what it needs is freed when it has
 * ended.
 */
public final class StableDiffusionPipeline implements AutoCloseable {

  /** Hears of each step, from one thread at a time. */
  @FunctionalInterface
  public interface StepListener {
    /** After a step. */
    void stepped(GenerationStep step);
  }

  private static final String FORCE_ZEROS = "force_zeros_for_empty_prompt";

  private final TextEncoder textEncoder;
  private final SchedulerConfigFile scheduler;
  private final LatentGeometry geometry;

  /** Whether the U-Net knows a missing text as zeros, and not as the encoding of an empty one. */
  private final boolean emptyIsZero;

  private final MicroConditions micro;
  private final List<ImageWorker> workers;
  private final OwnedParts parts;

  /** Held by the thread that generates. */
  private final ReentrantLock turn = new ReentrantLock();

  private volatile boolean closed;

  private StableDiffusionPipeline(
      TextEncoder textEncoder,
      SchedulerConfigFile scheduler,
      LatentGeometry geometry,
      boolean emptyIsZero,
      MicroConditions micro,
      List<ImageWorker> workers,
      OwnedParts parts) {
    this.textEncoder = textEncoder;
    this.scheduler = scheduler;
    this.geometry = geometry;
    this.emptyIsZero = emptyIsZero;
    this.micro = micro;
    this.workers = workers;
    this.parts = parts;
  }

  /** Opens a model that makes one image at a time. */
  public static StableDiffusionPipeline open(ModelFolder model) throws IOException {
    return open(model, Execution.auto());
  }

  /** Opens a model that makes one image at a time, run as an execution says. */
  public static StableDiffusionPipeline open(ModelFolder model, Execution execution)
      throws IOException {
    return open(model, 1, LatentCodec.Options.DEFAULTS, execution);
  }

  /**
   * Opens a model.
   *
   * @param parallel how many images to make at a time, each by executors of its own; they share the
   *     weights and the threads of the execution
   * @param vae how the autoencoder works on large images
   * @param execution what runs the graphs
   * @throws InvalidFileException if a file is damaged or of another model
   * @throws IOException if a file cannot be read
   */
  public static StableDiffusionPipeline open(
      ModelFolder model, int parallel, LatentCodec.Options vae, Execution execution)
      throws IOException {
    Require.positive("parallel", parallel);
    OwnedParts parts = new OwnedParts();
    try {
      return open(model, parallel, vae, execution, parts);
    } catch (IOException | RuntimeException | Error e) {
      parts.close();
      throw e;
    }
  }

  private static StableDiffusionPipeline open(
      ModelFolder model,
      int parallel,
      LatentCodec.Options vae,
      Execution execution,
      OwnedParts parts)
      throws IOException {
    AutoencoderKL autoencoder = new AutoencoderKL(model.vaeConfig());
    UNet2DConditionModel unet = new UNet2DConditionModel(model.unetConfig());
    LatentGeometry geometry = LatentGeometry.of(autoencoder.config(), unet.config());
    SchedulerConfigFile scheduler = model.schedulerConfig();
    TextEncoder textEncoder =
        parts.own(TextEncoder.open(model, TextEncoder.MAX_CHUNKS, execution), TextEncoder::close);
    MicroConditions micro = MicroConditions.of(model, unet.config(), textEncoder);
    int features = unet.config().crossAttentionDim();
    if (features != textEncoder.features()) {
      throw new InvalidFileException(
          model.folder(Part.UNET),
          "cross_attention_dim (="
              + features
              + ") must be the features of the text encoders (="
              + textEncoder.features()
              + ")");
    }
    Weights vaeWeights = parts.own(model.open(Part.VAE, autoencoder.parameters()), Weights::close);
    Weights unetWeights = parts.own(model.open(Part.UNET, unet.parameters()), Weights::close);
    Execution share = execution.sharedBy(parallel);
    List<ImageWorker> workers = new ArrayList<>();
    for (int i = 0; i < parallel; i++) {
      workers.add(
          parts.own(
              new ImageWorker(
                  shape -> new LatentDenoiser(unet, unetWeights, share, micro, shape),
                  new LatentCodec(autoencoder, vaeWeights, vae, share),
                  new LatentScaling(autoencoder.config())),
              ImageWorker::close));
    }
    boolean emptyIsZero = model.index().map(index -> index.flags().get(FORCE_ZEROS)).orElse(false);
    return new StableDiffusionPipeline(
        textEncoder, scheduler, geometry, emptyIsZero, micro, workers, parts);
  }

  /** Sizes and channels of the model's images. */
  public LatentGeometry geometry() {
    return geometry;
  }

  /**
   * The model's own noise schedule for any scheduler, by the fields that both know.
   *
   * @throws InvalidFileException if the model's scheduler does not fit
   */
  public SchedulerConfig scheduler(SchedulerType type) {
    return scheduler.config(type);
  }

  /** Whether the model reads the whole text; of a longer one it leaves out the end. */
  public boolean fits(String text) {
    return textEncoder.fits(text);
  }

  /**
   * How many steps of all images a listener hears of: more than asked for if the scheduler calls
   * the model more than once in a step, fewer if a run begins with an image.
   *
   * @throws IllegalArgumentException if the request does not fit the model: a scheduler for another
   *     kind of model or not for so many steps, a size, a task, layers to skip
   */
  public int steps(GenerationRequest request) {
    requireLatents(request, geometry.latentShape(size(request.task())));
    textEncoder.requireClipSkip(request.clipSkip());
    Sampler sampler = sampler(request);
    int first = LatentStart.firstIndex(sampler, request.steps(), request.task().strength());
    return Math.multiplyExact(request.count(), sampler.timesteps().length - first);
  }

  /**
   * Generates images.
   *
   * @param cancelled asked before each step, from several threads
   * @throws CancellationException if {@code cancelled} said so, if the calling thread is
   *     interrupted, or if the pipeline is closed meanwhile
   * @throws IllegalArgumentException as {@link #steps} does
   * @throws IllegalStateException if the pipeline is closed
   */
  public List<GeneratedImage> generate(
      GenerationRequest request, StepListener listener, BooleanSupplier cancelled) {
    return generate(
        request, image -> new Generator(request.seed() + image)::normal, listener, cancelled);
  }

  /**
   * Generates images of other noise than that of their seeds.
   *
   * @param noise of an image, by its index
   * @param cancelled asked before each step, from several threads
   * @throws CancellationException if {@code cancelled} said so, if the calling thread is
   *     interrupted, or if the pipeline is closed meanwhile
   * @throws IllegalArgumentException as {@link #steps} does
   * @throws IllegalStateException if the pipeline is closed
   */
  public List<GeneratedImage> generate(
      GenerationRequest request,
      IntFunction<NoiseSource> noise,
      StepListener listener,
      BooleanSupplier cancelled) {
    turn.lock();
    try {
      if (closed) {
        throw new IllegalStateException("the pipeline is closed");
      }
      return images(request, noise, listener, () -> closed || cancelled.getAsBoolean());
    } finally {
      turn.unlock();
      if (closed) {
        closeParts();
      }
    }
  }

  private List<GeneratedImage> images(
      GenerationRequest request,
      IntFunction<NoiseSource> noise,
      StepListener listener,
      BooleanSupplier cancelled) {
    long[] size = size(request.task());
    long[] latentShape = geometry.latentShape(size);
    requireLatents(request, latentShape);
    List<Sampler> samplers =
        Stream.generate(() -> sampler(request)).limit(request.count()).toList();
    TextConditions conditions = conditions(request);
    LatentStart start = start(request, latentShape);
    StepListener oneAtATime =
        step -> {
          synchronized (this) {
            listener.stepped(step);
          }
        };
    return ParallelImages.make(
        request.count(),
        workers,
        cancelled,
        (image, worker, stop) -> {
          Denoising denoising =
              new Denoising(
                  image,
                  samplers.get(image),
                  worker.given(conditions, latentShape, size),
                  request.guidance(),
                  latentShape);
          INDArray latents =
              denoising.run(start, noise.apply(image), latents(request, image), oneAtATime, stop);
          return new GeneratedImage(worker.decode(latents), latents);
        });
  }

  private long[] size(Task task) {
    Require.that(
        micro == MicroConditions.SIZES || !(task instanceof Task.TextToImage),
        MicroConditions.REQUIRES_AESTHETICS_SCORE,
        true,
        "must be false for text to image: this model refines images alone");
    return geometry.size(task);
  }

  private Sampler sampler(GenerationRequest request) {
    SchedulerConfig config = request.scheduler().orElseGet(scheduler::config);
    SchedulerType type = SchedulerType.of(config);
    Require.that(
        config instanceof DiscreteSchedulerConfig && type != SchedulerType.DDIM_INVERSE,
        "scheduler",
        type,
        "must take the noise away that this model was trained with, on discrete timesteps");
    if (config instanceof DdimConfig ddim) {
      return new DdimSampler(ddim, request.steps(), request.eta(), false);
    } else if (config instanceof TcdConfig tcd) {
      return new TcdSampler(tcd, request.steps(), request.eta());
    }
    return config.sampler(request.steps());
  }

  /**
   * Of the negative prompt and the prompt, or without guidance of the prompt alone.
   *
   * <p>As in diffusers, layers are left out for the prompt alone.
   */
  private TextConditions conditions(GenerationRequest request) {
    List<String> texts =
        request.guidance().isActive()
            ? List.of(request.negativePrompt(), request.prompt())
            : List.of(request.prompt());
    TextConditions conditions = textEncoder.encode(texts, request.clipSkip());
    if (texts.size() > 1 && request.clipSkip().isPresent()) {
      INDArray all = textEncoder.encode(texts, OptionalInt.empty()).states();
      conditions.states().slice(0).assign(all.slice(0));
    }
    if (emptyIsZero && texts.size() > 1 && request.negativePrompt().isEmpty()) {
      conditions.states().slice(0).assign(0);
      conditions.pooled().ifPresent(pooled -> pooled.slice(0).assign(0));
    }
    return conditions;
  }

  private LatentStart start(GenerationRequest request, long[] latentShape) {
    int size = Math.toIntExact(latentShape[1] * latentShape[2] * latentShape[3]);
    if (request.task() instanceof Task.ImageToImage task) {
      return LatentStart.image(encode(task.image()), request.steps(), task.strength());
    } else if (request.task() instanceof Task.Inpainting task) {
      boolean seen = geometry.seesMask();
      boolean unused = seen && task.strength() == 1;
      return new InpaintingStart(
          unused ? Optional.empty() : Optional.of(encode(task.image())),
          seen ? Optional.of(encode(task.masked())) : Optional.empty(),
          size,
          task.latentMask(geometry.downscale()),
          request.steps(),
          task.strength());
    }
    return LatentStart.noise(size);
  }

  private LatentImage encode(INDArray image) {
    return workers.get(0).encode(image);
  }

  private static void requireLatents(GenerationRequest request, long[] latentShape) {
    long[] expected = latentShape.clone();
    expected[0] = request.count();
    request
        .latents()
        .ifPresent(
            latents ->
                Require.that(
                    Arrays.equals(latents.shape(), expected),
                    "shape of latents",
                    Arrays.toString(latents.shape()),
                    "must be " + Arrays.toString(expected)));
  }

  private static Optional<float[]> latents(GenerationRequest request, int image) {
    return request
        .latents()
        .map(latents -> latents.slice(image).castTo(DataType.FLOAT).dup('c').data().asFloat());
  }

  /**
   * The image of latents, also of those between two steps, as a listener gets them.
   *
   * @param latents {@code [1, c, h, w]}, scaled as the U-Net sees them
   * @return {@code [1, c, h, w]}, about in [-1,1]
   */
  public INDArray decode(INDArray latents) {
    return workers.get(0).decode(latents);
  }

  @Override
  public void close() {
    closed = true;
    closeParts();
  }

  /**
   * Does nothing while a thread generates, which does it in the end: a listener that closes the
   * pipeline must not wait for the generation that it is told of.
   */
  private void closeParts() {
    if (turn.tryLock()) {
      try {
        if (turn.getHoldCount() == 1) {
          parts.close();
        }
      } finally {
        turn.unlock();
      }
    }
  }
}

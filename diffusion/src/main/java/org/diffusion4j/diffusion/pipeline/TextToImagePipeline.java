package org.diffusion4j.diffusion.pipeline;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import org.diffusion4j.clip.token.ClipTokenizer;
import org.diffusion4j.core.execution.SameDiffExecutor;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.random.Generator;
import org.diffusion4j.core.weights.Weights;
import org.diffusion4j.diffusion.denoise.ClassifierFreeGuidance;
import org.diffusion4j.diffusion.denoise.Denoiser;
import org.diffusion4j.diffusion.pipeline.ModelFolder.Part;
import org.diffusion4j.diffusion.sample.DdimConfig;
import org.diffusion4j.diffusion.sample.Sampler;
import org.diffusion4j.unet.UNet2DConditionModel;
import org.diffusion4j.vae.AutoencoderKL;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Latent text-to-image diffusion (Rombach et al. 2022): text encoder, denoising of a latent under
 * classifier-free guidance, decoder.
 *
 * <p>Images are made one by one, each from a generator of its own, so that an image does not depend
 * on what else is asked for. Not for two threads at a time.
 */
public final class TextToImagePipeline implements AutoCloseable {

  /** Hears of each step. */
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
  private final SameDiffExecutor unet;
  private final SameDiffExecutor decoder;
  private final DdimConfig scheduler;
  private final long[] latentShape;
  private final double scalingFactor;

  private TextToImagePipeline(
      TextEncoder textEncoder,
      SameDiffExecutor unet,
      SameDiffExecutor decoder,
      DdimConfig scheduler,
      long[] latentShape,
      double scalingFactor) {
    this.textEncoder = textEncoder;
    this.unet = unet;
    this.decoder = decoder;
    this.scheduler = scheduler;
    this.latentShape = latentShape;
    this.scalingFactor = scalingFactor;
  }

  /**
   * Opens a model for square images.
   *
   * @param imageSize height and width in pixels
   * @throws org.diffusion4j.core.InvalidFileException if a file is damaged or of another model
   * @throws IOException if a file cannot be read
   */
  public static TextToImagePipeline open(ModelFolder model, ClipTokenizer tokenizer, int imageSize)
      throws IOException {
    AutoencoderKL vae = new AutoencoderKL(model.vaeConfig());
    long size = imageSize / vae.config().downscale();
    long[] latentShape = {1, vae.config().latentChannels(), size, size};
    return new TextToImagePipeline(
        TextEncoder.open(model, tokenizer),
        unet(model, latentShape),
        decoder(model, vae, latentShape),
        model.schedulerConfig(),
        latentShape,
        vae.config().scalingFactor());
  }

  private static SameDiffExecutor unet(ModelFolder model, long[] latentShape) throws IOException {
    UNet2DConditionModel unet = new UNet2DConditionModel(model.unetConfig());
    long length = model.clipConfig().textConfig().maxPositionEmbeddings();
    Graph graph = new Graph();
    Tensor sample = graph.input("sample", latentShape);
    Tensor timesteps = graph.input("timesteps", 1);
    Tensor states =
        graph.input("encoder_hidden_states", 1, length, unet.config().crossAttentionDim());
    graph.named("prediction", unet.build(graph, sample, timesteps, states));
    return new SameDiffExecutor(graph, model.load(Part.UNET, unet.parameters()));
  }

  private static SameDiffExecutor decoder(ModelFolder model, AutoencoderKL vae, long[] latentShape)
      throws IOException {
    Weights weights = model.load(Part.VAE, vae.parameters());
    Graph graph = new Graph();
    graph.named("image", vae.decode(graph, graph.input("latents", latentShape)));
    return new SameDiffExecutor(graph, weights);
  }

  /** Whether the model reads the whole text; of a longer one it leaves out the end. */
  public boolean fits(String text) {
    return textEncoder.fits(text);
  }

  /**
   * Generates images.
   *
   * @param cancelled asked before each step
   * @return each {@code [1, c, h, w]}, about in [-1,1]
   * @throws CancellationException if {@code cancelled} said so
   */
  public List<INDArray> generate(
      TextToImageRequest request, StepListener listener, BooleanSupplier cancelled) {
    Denoiser denoiser = denoiser(request);
    List<INDArray> images = new ArrayList<>();
    for (int i = 0; i < request.count(); i++) {
      images.add(decode(denoise(request, i, denoiser, listener, cancelled)));
    }
    return images;
  }

  private Denoiser denoiser(TextToImageRequest request) {
    Denoiser conditional = conditioned(request.prompt());
    return request.guidanceScale() == 1
        ? conditional
        : new ClassifierFreeGuidance(
            conditional, conditioned(request.negativePrompt()), request.guidanceScale());
  }

  /** The U-Net that looks at a text. */
  private Denoiser conditioned(String text) {
    INDArray states = textEncoder.encode(text);
    return (sample, timestep) -> {
      try (INDArray x = Nd4j.create(sample, latentShape, 'c');
          INDArray t = Nd4j.createFromArray((float) timestep);
          INDArray prediction =
              unet.run(
                  Map.of("sample", x, "timesteps", t, "encoder_hidden_states", states),
                  "prediction")) {
        return prediction.dup('c').data().asFloat();
      }
    };
  }

  private INDArray denoise(
      TextToImageRequest request,
      int image,
      Denoiser denoiser,
      StepListener listener,
      BooleanSupplier cancelled) {
    Generator generator = new Generator(request.seed() + image);
    Sampler sampler = request.sampler().create(scheduler, request);
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
   * The image of latents, also of those between two steps.
   *
   * @param latents {@code [1, c, h, w]}, scaled as the U-Net sees them
   * @return {@code [1, c, h, w]}, about in [-1,1]
   */
  public INDArray decode(INDArray latents) {
    try (INDArray unscaled = latents.div(scalingFactor)) {
      return decoder.run(Map.of("latents", unscaled), "image");
    }
  }

  @Override
  public void close() {
    textEncoder.close();
    unet.close();
    decoder.close();
  }
}

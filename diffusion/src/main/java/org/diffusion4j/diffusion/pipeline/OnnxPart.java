package org.diffusion4j.diffusion.pipeline;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import org.diffusion4j.clip.ClipTextEncoder;
import org.diffusion4j.clip.text.TextStates;
import org.diffusion4j.core.InvalidFileException;
import org.diffusion4j.core.check.Require;
import org.diffusion4j.core.config.SampleSize;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.diffusion.pipeline.ModelFolder.Part;
import org.diffusion4j.unet.UNet2DConditionConfig;
import org.diffusion4j.unet.UNet2DConditionModel;
import org.diffusion4j.vae.AutoencoderKL;
import org.diffusion4j.vae.AutoencoderKLConfig;

/**
 * The parts that a model falls into as ONNX models, with inputs and outputs named as in diffusers'
 * ONNX pipelines.
 */
public enum OnnxPart {
  /**
   * From {@code sample}, {@code timestep}, {@code encoder_hidden_states} and what else the model is
   * conditioned on to {@code out_sample}.
   */
  UNET,

  /** From {@code latent_sample}, not scaled, to {@code sample}, pixels about in [-1,1]. */
  VAE_DECODER,

  /**
   * From {@code sample}, pixels in [-1,1], to {@code latent_parameters}, means and logarithms of
   * variances.
   */
  VAE_ENCODER,

  /**
   * From {@code input_ids} to {@code last_hidden_state}, and with Stable Diffusion XL to the state
   * before the last layer, {@code hidden_states.11} for 12 layers.
   */
  TEXT_ENCODER,

  /**
   * The same, and with {@code end_of_text}, 1 where a text ends and 0 elsewhere, to {@code
   * text_embeds}.
   */
  TEXT_ENCODER_2;

  /**
   * What a part is built for.
   *
   * @param batch rows: pictures or texts; guidance gives the U-Net two for each picture
   * @param height of the pictures in pixels; if empty that which the model was trained at
   * @param width as the height
   */
  public record Shape(int batch, OptionalInt height, OptionalInt width) {
    public Shape {
      Require.positive("batch", batch);
      height.ifPresent(pixels -> Require.positive("height", pixels));
      width.ifPresent(pixels -> Require.positive("width", pixels));
    }
  }

  /** The name of its folder in a model of ONNX files. */
  public String folder() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The part of a model.
   *
   * @throws InvalidFileException if a file is missing, damaged, or does not fit the others
   * @throws IllegalArgumentException if the model has no pictures of that size
   */
  public PartGraph of(ModelFolder model, Shape shape) throws IOException {
    return switch (this) {
      case UNET -> unet(model, shape);
      case VAE_DECODER -> decoder(model, shape);
      case VAE_ENCODER -> encoder(model, shape);
      case TEXT_ENCODER -> text(model, Part.CLIP, shape.batch);
      case TEXT_ENCODER_2 -> text(model, Part.CLIP_2, shape.batch);
    };
  }

  private static PartGraph unet(ModelFolder model, Shape shape) throws IOException {
    UNet2DConditionModel unet = new UNet2DConditionModel(model.unetConfig());
    UNet2DConditionConfig config = unet.config();
    long[] size = latentSize(model, shape);
    Part textPart = model.lists(Part.CLIP) ? Part.CLIP : Part.CLIP_2;
    int length = length(model, textPart, model.textEncoder(textPart));
    Graph graph = new Graph();
    Tensor prediction =
        unet.build(
            graph,
            graph.input("sample", shape.batch, config.inChannels(), size[0], size[1]),
            graph.input("timestep", shape.batch),
            graph.input("encoder_hidden_states", shape.batch, length, config.crossAttentionDim()),
            unet.addedConditions(graph, shape.batch, MicroConditions.of(model).count()));
    graph.named("out_sample", prediction);
    return new PartGraph(graph, model.open(Part.UNET, unet.parameters()), List.of("out_sample"));
  }

  private static PartGraph decoder(ModelFolder model, Shape shape) throws IOException {
    AutoencoderKL vae = new AutoencoderKL(model.vaeConfig());
    long[] size = latentSize(model, shape);
    Graph graph = new Graph();
    Tensor latents =
        graph.input("latent_sample", shape.batch, vae.config().latentChannels(), size[0], size[1]);
    graph.named("sample", vae.decode(graph, latents));
    return new PartGraph(graph, model.open(Part.VAE, vae.parameters()), List.of("sample"));
  }

  private static PartGraph encoder(ModelFolder model, Shape shape) throws IOException {
    AutoencoderKL vae = new AutoencoderKL(model.vaeConfig());
    long downscale = vae.config().downscale();
    long[] size = latentSize(model, shape);
    Graph graph = new Graph();
    Tensor images =
        graph.input(
            "sample",
            shape.batch,
            vae.config().inChannels(),
            size[0] * downscale,
            size[1] * downscale);
    graph.named("latent_parameters", vae.moments(graph, images));
    return new PartGraph(
        graph, model.open(Part.VAE, vae.parameters()), List.of("latent_parameters"));
  }

  private static PartGraph text(ModelFolder model, Part part, int batch) throws IOException {
    ClipTextEncoder encoder = model.textEncoder(part);
    int length = length(model, part, encoder);
    Graph graph = new Graph();
    Tensor inputIds = graph.inputIds("input_ids", batch, length);
    TextStates states = encoder.text().states(graph, inputIds);
    List<String> outputs = new ArrayList<>();
    if (part == Part.CLIP_2) {
      Tensor endOfText = graph.input("end_of_text", batch, length);
      graph.named("text_embeds", encoder.embed(graph, states.lastHiddenState(), endOfText));
      outputs.add("text_embeds");
    }
    graph.named("last_hidden_state", states.lastHiddenState());
    outputs.add("last_hidden_state");
    if (model.lists(Part.CLIP_2)) {
      String penultimate = "hidden_states." + (states.hiddenStates().size() - 2);
      graph.named(penultimate, states.fromEnd(1));
      outputs.add(penultimate);
    }
    return new PartGraph(graph, model.open(part, encoder.parameters()), outputs);
  }

  private static int length(ModelFolder model, Part part, ClipTextEncoder encoder)
      throws IOException {
    int positions = encoder.text().config().maxPositionEmbeddings();
    return Math.min(positions, model.tokenizer(part).maxLength().orElse(positions));
  }

  /** Height and width of the latents. */
  private static long[] latentSize(ModelFolder model, Shape shape) throws IOException {
    AutoencoderKLConfig vae = model.vaeConfig();
    Optional<SampleSize> trained =
        model.lists(Part.UNET) ? model.unetConfig().sampleSize() : Optional.empty();
    return new long[] {
      side("height", shape.height, trained.map(SampleSize::height), vae.downscale()),
      side("width", shape.width, trained.map(SampleSize::width), vae.downscale())
    };
  }

  private static long side(
      String name, OptionalInt asked, Optional<Integer> trained, int downscale) {
    if (asked.isPresent()) {
      Require.divisible(name, asked.getAsInt(), "downscale", downscale);
      return asked.getAsInt() / downscale;
    }
    return trained.orElseThrow(
        () ->
            new IllegalArgumentException(
                name + " must be given: the U-Net's config has no sample_size"));
  }
}

package org.diffusion4j.benchmarks.compare;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.diffusion4j.core.random.Generator;
import org.diffusion4j.core.weights.DType;
import org.diffusion4j.core.weights.WeightsFile;

/** What contenders are timed at. */
enum Work {
  CONV_CEILING(
      "conv-ceiling",
      "eight convolutions 3x3 of 640 channels at 32x32, to see what the machine can do",
      "convolution"),
  CLIP_TEXT("clip-text", "Stable Diffusion 1.5's text encoder, one text", "clip-text"),
  UNET_SD15_B1(
      "unet-sd15-b1", "Stable Diffusion 1.5's U-Net, latents of 64x64, batch 1", "unet-sd15"),
  UNET_SD15_B2(
      "unet-sd15-b2", "the same, batch 2, as classifier-free guidance has it", "unet-sd15"),
  VAE_DECODE_512(
      "vae-decode-512",
      "the decoder of Stable Diffusion's autoencoder, a picture of 512x512",
      "vae-decoder"),
  TRAIN_SMALL(
      "train-small",
      "a training step of a small U-Net, 28x28x1, batch 32: forward, backward, AdamW",
      "unet-small"),
  TRAIN_20M(
      "train-20m",
      "a training step of a U-Net of 20 million weights, 32x32x3, batch 16",
      "unet-20m"),
  TEXT2IMAGE("text2image", "a picture by the small model that ships, 20 steps", "");

  private static final long WEIGHTS_SEED = 1;

  private final String label;
  private final String description;

  /** The name of their file without ending; empty for none. */
  private final String weights;

  Work(String label, String description, String weights) {
    this.label = label;
    this.description = description;
    this.weights = weights;
  }

  /** The name on the command line and in results. */
  String label() {
    return label;
  }

  /** What is done, in a line. */
  String description() {
    return description;
  }

  /** Whether it is a single network, and not a pipeline of several. */
  boolean isNetwork() {
    return !weights.isEmpty();
  }

  /**
   * The network.
   *
   * @param data the folder of the weights
   * @throws IllegalStateException if it is not {@link #isNetwork}
   */
  NetworkTask task(Path data) {
    Path file = file(data);
    return switch (this) {
      case CONV_CEILING -> Networks.convolution(file);
      case CLIP_TEXT -> Networks.clipText(file);
      case UNET_SD15_B1 -> Networks.stableDiffusion(1, file);
      case UNET_SD15_B2 -> Networks.stableDiffusion(2, file);
      case VAE_DECODE_512 -> Networks.vaeDecoder(file);
      case TRAIN_SMALL -> Networks.smallTraining(file);
      case TRAIN_20M -> Networks.mediumTraining(file);
      case TEXT2IMAGE -> throw new IllegalStateException(label + " is no single network");
    };
  }

  /** Whether weights are trained. */
  boolean isTraining() {
    return this == TRAIN_SMALL || this == TRAIN_20M;
  }

  /** The file of the network with its weights for ONNX Runtime. */
  Path onnxModel(Path data) {
    return data.resolve(label + ".onnx");
  }

  /** The file of the weights, if there is one and it is missing. */
  Optional<Path> missing(Path data) {
    return isNetwork() && !WeightsFile.exists(file(data))
        ? Optional.of(file(data))
        : Optional.empty();
  }

  /** Draws the weights that all contenders read. */
  void write(Path data) {
    WeightsFile.initialize(
        file(data),
        task(data).graph().parameters(),
        new Generator(WEIGHTS_SEED),
        DType.F32,
        Map.of("format", "pt"),
        Long.MAX_VALUE);
  }

  private Path file(Path data) {
    return data.resolve(weights + ".safetensors");
  }

  /** The work of a label. */
  static Optional<Work> of(String label) {
    return Arrays.stream(values()).filter(work -> work.label.equals(label)).findFirst();
  }
}

package org.diffusion4j.benchmarks.large;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.diffusion4j.core.config.ConfigFile;
import org.diffusion4j.core.config.SampleSize;
import org.diffusion4j.core.files.FileLookup;
import org.diffusion4j.core.graph.ParameterSpec;
import org.diffusion4j.core.random.Generator;
import org.diffusion4j.core.weights.DType;
import org.diffusion4j.core.weights.Weights;
import org.diffusion4j.core.weights.WeightsFile;
import org.diffusion4j.unet.UNet2DConditionConfig;
import org.diffusion4j.unet.UNet2DConditionModel;

/**
 * A U-Net in a folder of its own, as diffusers has it.
 *
 * @param path the folder
 */
public record UNetFolder(Path path) {
  /** The shape of Stable Diffusion 1.5's U-Net: 860 million parameters. */
  public static final UNet2DConditionConfig STABLE_DIFFUSION_1_5 =
      UNet2DConditionConfig.DEFAULTS.with(
          config -> config.sampleSize(Optional.of(SampleSize.of(64))).crossAttentionDim(768));

  private static final String CLASS_NAME = "UNet2DConditionModel";

  private Path configFile() {
    return path.resolve("config.json");
  }

  private Path weightsFile() {
    return path.resolve("diffusion_pytorch_model.safetensors");
  }

  /** Whether there is a model already. */
  boolean exists() {
    return FileLookup.exists(configFile()) || WeightsFile.exists(weightsFile());
  }

  /** Writes a random model; the weights first. */
  void write(long seed, DType dtype, long maxShardSize) throws IOException {
    Files.createDirectories(path);
    WeightsFile.initialize(
        weightsFile(),
        new UNet2DConditionModel(STABLE_DIFFUSION_1_5).parameters(),
        new Generator(seed),
        dtype,
        Map.of("format", "pt"),
        maxShardSize);
    ConfigFile.write(configFile(), STABLE_DIFFUSION_1_5, CLASS_NAME);
  }

  /** The model of the configuration. */
  UNet2DConditionModel model() throws IOException {
    return new UNet2DConditionModel(
        ConfigFile.readOver(configFile(), UNet2DConditionConfig.DEFAULTS, CLASS_NAME));
  }

  /** The weights of the model with these parameters. */
  Weights load(List<ParameterSpec> parameters) {
    return WeightsFile.load(weightsFile(), parameters);
  }

  /** The same, each of which is read when an executor asks for it. */
  Weights open(List<ParameterSpec> parameters) {
    return WeightsFile.open(weightsFile(), parameters, UnaryOperator.identity());
  }

  /** All files that hold weights. */
  List<Path> weightFiles() throws IOException {
    try (Stream<Path> files = Files.list(path)) {
      return files.filter(file -> file.toString().endsWith(".safetensors")).sorted().toList();
    }
  }

  /** The bytes of all files that hold weights. */
  long size() throws IOException {
    try {
      return weightFiles().stream().mapToLong(UNetFolder::size).sum();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

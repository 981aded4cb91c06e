package org.diffusion4j.diffusion.verify;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.diffusion4j.core.InvalidFileException;
import org.diffusion4j.core.config.ConfigFile;
import org.diffusion4j.core.verify.UnsupportedCaseException;
import org.diffusion4j.core.weights.SafetensorsFile;
import org.diffusion4j.core.weights.Weights;
import org.diffusion4j.core.weights.WeightsFile;
import org.diffusion4j.unet.UNet2DConfig;
import org.diffusion4j.unet.UNet2DModel;

/**
 * The model that golden trainings start from.
 *
 * @param weights before the first step
 */
record GoldenModel(UNet2DModel network, Weights weights) {

  /**
   * Reads a model.
   *
   * @param folder with {@code config.json} and the weights
   * @throws InvalidFileException if a file is malformed, or if they do not fit each other
   * @throws UnsupportedCaseException if it is a model of classes
   * @throws IOException if the config cannot be read
   */
  static GoldenModel read(Path folder) throws IOException {
    Path configFile = folder.resolve("config.json");
    UNet2DConfig config = ConfigFile.readOver(configFile, UNet2DConfig.DEFAULTS, "UNet2DModel");
    if (config.hasClasses()) {
      throw new UnsupportedCaseException("no golden training of models of classes");
    }
    Path weightsFile = folder.resolve("diffusion_pytorch_model.safetensors");
    requireSize(configFile, config, weightsFile);
    UNet2DModel network = new UNet2DModel(config);
    return new GoldenModel(network, WeightsFile.load(weightsFile, network.parameters()));
  }

  /** A network takes memory as soon as it is built: one that the weights do not fill is refused. */
  private static void requireSize(Path configFile, UNet2DConfig config, Path weightsFile) {
    try (SafetensorsFile weights = SafetensorsFile.open(weightsFile)) {
      List<Integer> channels = config.blockOutChannels();
      long blocks = (long) config.layersPerBlock() * channels.size();
      if (blocks > weights.names().size()) {
        throw misfit(configFile, "layers_per_block", config.layersPerBlock(), weightsFile);
      }
      if (!hasShape(weights, "conv_in.weight", channels.get(0), config.inChannels())) {
        throw misfit(configFile, "in_channels", config.inChannels(), weightsFile);
      }
      if (!hasShape(weights, "conv_out.weight", config.outChannels(), channels.get(0))) {
        throw misfit(configFile, "out_channels", config.outChannels(), weightsFile);
      }
      for (int i = 0; i < channels.size(); i++) {
        String conv = "down_blocks." + i + ".resnets.0.conv2.weight";
        if (!hasShape(weights, conv, channels.get(i), channels.get(i))) {
          throw misfit(configFile, "block_out_channels", channels, weightsFile);
        }
      }
    }
  }

  private static boolean hasShape(SafetensorsFile weights, String conv, int out, int in) {
    if (!weights.names().contains(conv)) {
      return false;
    }
    List<Long> shape = weights.info(conv).shape();
    return shape.size() == 4 && shape.get(0) == out && shape.get(1) == in;
  }

  private static InvalidFileException misfit(
      Path configFile, String field, Object value, Path weightsFile) {
    return new InvalidFileException(
        configFile, field + " (=" + value + ") must be that of " + weightsFile.getFileName());
  }
}

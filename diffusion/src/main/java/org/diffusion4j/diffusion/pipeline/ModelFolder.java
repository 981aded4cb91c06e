package org.diffusion4j.diffusion.pipeline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.diffusion4j.clip.ClipConfig;
import org.diffusion4j.clip.ClipModel;
import org.diffusion4j.core.config.ConfigFile;
import org.diffusion4j.core.graph.ParameterSpec;
import org.diffusion4j.core.weights.DType;
import org.diffusion4j.core.weights.Weights;
import org.diffusion4j.core.weights.WeightsFile;
import org.diffusion4j.diffusion.sample.SchedulerConfig;
import org.diffusion4j.diffusion.sample.SchedulerConfigFile;
import org.diffusion4j.unet.UNet2DConditionConfig;
import org.diffusion4j.vae.AutoencoderKL;
import org.diffusion4j.vae.AutoencoderKLConfig;

/**
 * A text-to-image model on disk, in the layout of diffusers: a folder for each part, with its
 * configuration and its weights.
 *
 * <p>{@code text_encoder} holds a whole CLIP model: diffusers takes the text encoder out of it.
 *
 * @param root the folder
 */
public record ModelFolder(Path root) {

  /** The parts of a model. */
  public enum Part {
    VAE("vae", "AutoencoderKL", "diffusion_pytorch_model.safetensors"),
    UNET("unet", "UNet2DConditionModel", "diffusion_pytorch_model.safetensors"),
    CLIP("text_encoder", "CLIPModel", "model.safetensors");

    private final String folder;
    private final String className;
    private final String weightsName;

    Part(String folder, String className, String weightsName) {
      this.folder = folder;
      this.className = className;
      this.weightsName = weightsName;
    }

    /** The name of its folder. */
    public String folder() {
      return folder;
    }
  }

  private static final String CONFIG = "config.json";

  /** The folder of a part. */
  public Path folder(Part part) {
    return root.resolve(part.folder);
  }

  /** Whether the folder holds the weights of a part. */
  public boolean has(Part part) {
    return WeightsFile.exists(weightsFile(part));
  }

  /** The configuration of the autoencoder. */
  public AutoencoderKLConfig vaeConfig() throws IOException {
    return ConfigFile.readOver(
        configFile(Part.VAE), AutoencoderKLConfig.DEFAULTS, Part.VAE.className);
  }

  /** The configuration of the U-Net. */
  public UNet2DConditionConfig unetConfig() throws IOException {
    return ConfigFile.readOver(
        configFile(Part.UNET), UNet2DConditionConfig.DEFAULTS, Part.UNET.className);
  }

  /** The configuration of CLIP. */
  public ClipConfig clipConfig() throws IOException {
    return ClipModel.read(configFile(Part.CLIP)).config();
  }

  /** The configuration of the noise schedule and its sampler. */
  public SchedulerConfigFile schedulerConfig() throws IOException {
    return SchedulerConfigFile.read(schedulerFile());
  }

  /**
   * Loads the weights of a part.
   *
   * @param parameters all parameters of the part's model
   * @throws org.diffusion4j.core.InvalidFileException if the file is damaged or of another model
   */
  public Weights load(Part part, Collection<ParameterSpec> parameters) throws IOException {
    return WeightsFile.load(weightsFile(part), parameters, parameterName(part));
  }

  private static UnaryOperator<String> parameterName(Part part) {
    return switch (part) {
      case VAE -> AutoencoderKL::parameterName;
      case UNET, CLIP -> UnaryOperator.identity();
    };
  }

  /** Saves a part, its weights before its configuration; the folder is made if it is missing. */
  public void save(Part part, Object config, Weights weights, DType dtype) throws IOException {
    Files.createDirectories(folder(part));
    WeightsFile.save(weightsFile(part), weights, dtype, Map.of("format", "pt"));
    ConfigFile.write(configFile(part), config, part.className);
  }

  /** Saves the configuration of the noise schedule. */
  public void saveScheduler(SchedulerConfig config) throws IOException {
    Files.createDirectories(schedulerFile().getParent());
    SchedulerConfigFile.write(schedulerFile(), config);
  }

  private Path configFile(Part part) {
    return folder(part).resolve(CONFIG);
  }

  private Path weightsFile(Part part) {
    return folder(part).resolve(part.weightsName);
  }

  private Path schedulerFile() {
    return root.resolve("scheduler").resolve("scheduler_config.json");
  }
}

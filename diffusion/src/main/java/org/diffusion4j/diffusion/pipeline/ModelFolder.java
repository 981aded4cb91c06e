package org.diffusion4j.diffusion.pipeline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;
import org.diffusion4j.clip.ClipConfig;
import org.diffusion4j.clip.ClipModel;
import org.diffusion4j.clip.ClipTextEncoder;
import org.diffusion4j.clip.text.ClipTextConfig;
import org.diffusion4j.clip.text.ClipTextModel;
import org.diffusion4j.clip.text.ClipTextModelWithProjection;
import org.diffusion4j.clip.token.ClipTokenizer;
import org.diffusion4j.core.InvalidFileException;
import org.diffusion4j.core.check.Require;
import org.diffusion4j.core.config.ConfigFile;
import org.diffusion4j.core.files.AtomicFiles;
import org.diffusion4j.core.files.FileLookup;
import org.diffusion4j.core.graph.ParameterSpec;
import org.diffusion4j.core.weights.DType;
import org.diffusion4j.core.weights.Weights;
import org.diffusion4j.core.weights.WeightsFile;
import org.diffusion4j.diffusion.lora.Lora;
import org.diffusion4j.diffusion.lora.LoraFile;
import org.diffusion4j.diffusion.lora.LoraPart;
import org.diffusion4j.diffusion.sample.SchedulerConfig;
import org.diffusion4j.diffusion.sample.SchedulerConfigFile;
import org.diffusion4j.unet.UNet2DConditionConfig;
import org.diffusion4j.unet.UNet2DConditionModel;
import org.diffusion4j.vae.AutoencoderKL;
import org.diffusion4j.vae.AutoencoderKLConfig;

/**
 * A text-to-image model on disk, in the layout of diffusers: {@code model_index.json}, and a folder
 * for each part with its configuration and its weights.
 *
 * <p>The index may be missing: each part that is there can be read for itself. Where there is one,
 * it must be of a model that can be run, whichever part is asked for.
 *
 * @param root the folder
 * @param variant which weights to read where a part has several; if empty the plain ones, and where
 *     these are missing those of a variant
 * @param adapters what is merged into the weights that are read, in this order
 */
public record ModelFolder(Path root, Optional<Variant> variant, List<Adapter> adapters) {

  /** Adapters and their strength: 1 is what they were trained for. */
  public record Adapter(Lora lora, double scale) {
    public Adapter {
      Require.finite("scale", scale);
    }
  }

  /** The parts of a model that have weights. */
  public enum Part {
    VAE("vae", "AutoencoderKL", "diffusion_pytorch_model"),
    UNET("unet", "UNet2DConditionModel", "diffusion_pytorch_model"),
    /** The text encoder, or a whole CLIP model, of which transformers takes the text encoder. */
    CLIP("text_encoder", ClipModel.CLASS_NAME, "model"),
    /** The second text encoder, which Stable Diffusion XL has. */
    CLIP_2("text_encoder_2", ClipTextModelWithProjection.CLASS_NAME, "model");

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

    private Optional<LoraPart> loraPart() {
      return switch (this) {
        case VAE -> Optional.empty();
        case UNET -> Optional.of(LoraPart.UNET);
        case CLIP -> Optional.of(LoraPart.TEXT_ENCODER);
        case CLIP_2 -> Optional.of(LoraPart.TEXT_ENCODER_2);
      };
    }
  }

  /** The precision of weights that a part may have beside those without a name. */
  public enum Variant {
    FP16,
    BF16;

    String infix() {
      return "." + name().toLowerCase(Locale.ROOT);
    }
  }

  private static final String INDEX = "model_index.json";

  /** What diffusers writes into one file, in bytes. */
  private static final long MAX_SHARD_SIZE = 10_000_000_000L;

  /** A folder whose plain weights are read, if it has them. */
  public ModelFolder(Path root) {
    this(root, Optional.empty(), List.of());
  }

  public ModelFolder {
    adapters = List.copyOf(adapters);
  }

  /** The same folder, of which weights of a variant are read. */
  public ModelFolder withVariant(Variant variant) {
    return new ModelFolder(root, Optional.of(variant), adapters);
  }

  /**
   * The same folder, of whose U-Net and text encoders the weights are read with adapters merged
   * into them, after those that it already has; the files of the folder stay as they are.
   *
   * @param file see {@link LoraFile}
   * @param scale the strength: 1 is what they were trained for
   * @throws InvalidFileException if the file is damaged, or holds anything that has no place in
   *     this model
   */
  public ModelFolder withLora(Path file, double scale) throws IOException {
    Map<LoraPart, List<ParameterSpec>> parameters = new EnumMap<>(LoraPart.class);
    parameters.put(LoraPart.UNET, new UNet2DConditionModel(unetConfig()).parameters());
    for (Part part : List.of(Part.CLIP, Part.CLIP_2)) {
      if (lists(part)) {
        parameters.put(part.loraPart().orElseThrow(), textEncoder(part).parameters());
      }
    }
    List<Adapter> all = new ArrayList<>(adapters);
    all.add(new Adapter(LoraFile.read(file, parameters), scale));
    return new ModelFolder(root, variant, all);
  }

  /**
   * What the folder is, if it has a {@code model_index.json}.
   *
   * @throws InvalidFileException if the file is damaged, or of a pipeline or with a component that
   *     cannot be run
   */
  public Optional<ModelIndex> index() throws IOException {
    Path file = root.resolve(INDEX);
    return FileLookup.fileExists(file) ? Optional.of(ModelIndex.read(file)) : Optional.empty();
  }

  /** The folder of a part. */
  public Path folder(Part part) {
    return root.resolve(part.folder);
  }

  /** Whether the folder holds the weights of a part. */
  public boolean has(Part part) {
    return files(part).hasWeights();
  }

  /**
   * Whether the model has a part: whether its index says so, or without an index whether the part
   * has a configuration.
   *
   * @throws InvalidFileException if the index is not as {@link #index} wants it
   */
  public boolean lists(Part part) throws IOException {
    return index()
        .map(index -> index.components().containsKey(part.folder))
        .orElseGet(() -> FileLookup.fileExists(files(part).config()));
  }

  /** The configuration of the autoencoder. */
  public AutoencoderKLConfig vaeConfig() throws IOException {
    return ConfigFile.readOver(
        readable(Part.VAE), AutoencoderKLConfig.DEFAULTS, Part.VAE.className);
  }

  /** The configuration of the U-Net. */
  public UNet2DConditionConfig unetConfig() throws IOException {
    return ConfigFile.readOver(
        readable(Part.UNET), UNet2DConditionConfig.DEFAULTS, Part.UNET.className);
  }

  /**
   * The configuration of CLIP.
   *
   * @throws InvalidFileException if the model has no more than CLIP's text encoder
   */
  public ClipConfig clipConfig() throws IOException {
    return ClipModel.read(readable(Part.CLIP)).config();
  }

  /**
   * A text encoder, whatever form it is saved in.
   *
   * @param part {@link Part#CLIP} or {@link Part#CLIP_2}
   */
  public ClipTextEncoder textEncoder(Part part) throws IOException {
    return ClipTextEncoder.read(readable(part));
  }

  /**
   * The tokenizer of a text encoder: that of the folder, or where there is none CLIP's own.
   *
   * @param part {@link Part#CLIP} or {@link Part#CLIP_2}
   */
  public ClipTokenizer tokenizer(Part part) throws IOException {
    Path folder = tokenizerFolder(part);
    boolean listed =
        index()
            .map(index -> index.components().containsKey(folder.getFileName().toString()))
            .orElse(false);
    return listed || FileLookup.isFolder(folder)
        ? ClipTokenizer.read(folder)
        : ClipTokenizer.standard();
  }

  /** The configuration of the noise schedule and its sampler. */
  public SchedulerConfigFile schedulerConfig() throws IOException {
    index();
    return SchedulerConfigFile.read(schedulerFile());
  }

  /**
   * Loads the weights of a part, with the adapters in them.
   *
   * @param parameters all parameters of the part's model
   * @throws InvalidFileException if the file is damaged or of another model
   */
  public Weights load(Part part, Collection<ParameterSpec> parameters) throws IOException {
    Weights weights = WeightsFile.load(files(part).weights(), parameters, parameterName(part));
    if (part.loraPart().isPresent()) {
      for (Adapter adapter : adapters) {
        weights = adapter.lora().mergeInto(part.loraPart().get(), weights, adapter.scale());
      }
    }
    return weights;
  }

  /**
   * The weights of a part, to be run as they are: each is read when an executor asks for it, and
   * not kept where the executor lays it out anew; see {@link WeightsFile#open}. With adapters,
   * which change them, all are read now.
   *
   * @throws InvalidFileException as {@link #load} does
   * @throws IOException if a file cannot be read
   */
  public Weights open(Part part, Collection<ParameterSpec> parameters) throws IOException {
    return part.loraPart().isPresent() && !adapters.isEmpty()
        ? load(part, parameters)
        : WeightsFile.open(files(part).weights(), parameters, parameterName(part));
  }

  /**
   * The precision of a part's weights on disk.
   *
   * @return F16 or BF16 if all of them have it, else F32
   * @throws InvalidFileException if the file is damaged
   */
  public DType dtype(Part part) {
    return WeightsFile.dtype(files(part).weights());
  }

  private static UnaryOperator<String> parameterName(Part part) {
    return switch (part) {
      case VAE -> AutoencoderKL::parameterName;
      case UNET, CLIP, CLIP_2 -> UnaryOperator.identity();
    };
  }

  /**
   * Saves a part, its weights before its configuration; the folder is made if it is missing.
   *
   * @param config of the part's model; for a text encoder also {@link ClipTextConfig}
   */
  public void save(Part part, Object config, Weights weights, DType dtype) throws IOException {
    save(part, config, weights, dtype, MAX_SHARD_SIZE);
  }

  /**
   * Saves a part in files of limited size.
   *
   * @param maxShardSize the bytes of tensors that a file may hold, see {@link
   *     WeightsFile#saveShards}
   */
  public void save(Part part, Object config, Weights weights, DType dtype, long maxShardSize)
      throws IOException {
    Files.createDirectories(folder(part));
    WeightsFile.saveShards(
        files(part).plainWeights(), weights, dtype, Map.of("format", "pt"), maxShardSize);
    Path file = files(part).config();
    if (config instanceof ClipConfig clip) {
      ClipTextEncoder.write(file, clip);
    } else if (config instanceof ClipTextConfig text) {
      boolean projected = weights.arrays().containsKey("text_projection.weight");
      ClipTextEncoder.write(
          file,
          text,
          projected ? ClipTextModelWithProjection.CLASS_NAME : ClipTextModel.CLASS_NAME);
    } else {
      ConfigFile.write(file, config, part.className);
    }
  }

  /**
   * Saves the tokenizer of a text encoder.
   *
   * @param part {@link Part#CLIP} or {@link Part#CLIP_2}
   * @param length the number of ids that the text encoder reads
   */
  public void saveTokenizer(Part part, ClipTokenizer tokenizer, int length) throws IOException {
    tokenizer.save(tokenizerFolder(part), OptionalInt.of(length));
  }

  /** Saves the configuration of the noise schedule. */
  public void saveScheduler(SchedulerConfig config) throws IOException {
    Files.createDirectories(schedulerFile().getParent());
    SchedulerConfigFile.write(schedulerFile(), config);
  }

  /** Saves the index, which makes the folder one that diffusers opens. */
  public void saveIndex(ModelIndex index) throws IOException {
    Files.createDirectories(root);
    index.write(root.resolve(INDEX));
  }

  /**
   * Removes what a process that was killed while it saved the model left half-written. Only for
   * whoever alone saves the part.
   */
  public void sweep(Part part) throws IOException {
    AtomicFiles.sweep(root);
    for (Part each : Part.values()) {
      AtomicFiles.sweep(folder(each));
    }
    AtomicFiles.sweep(tokenizerFolder(Part.CLIP));
    AtomicFiles.sweep(tokenizerFolder(Part.CLIP_2));
    AtomicFiles.sweep(schedulerFile().getParent());
    WeightsFile.sweep(files(part).plainWeights());
  }

  /** The configuration of a part of a model that can be run. */
  private Path readable(Part part) throws IOException {
    index();
    return files(part).config();
  }

  private PartFiles files(Part part) {
    return new PartFiles(folder(part), part.weightsName, variant);
  }

  private Path tokenizerFolder(Part part) {
    return root.resolve(
        switch (part) {
          case CLIP -> "tokenizer";
          case CLIP_2 -> "tokenizer_2";
          case UNET, VAE ->
              throw new IllegalArgumentException("part (=" + part + ") must be a text encoder");
        });
  }

  private Path schedulerFile() {
    return root.resolve("scheduler").resolve("scheduler_config.json");
  }
}

package org.diffusion4j.diffusion.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.diffusion4j.clip.ClipConfig;
import org.diffusion4j.clip.ClipModel;
import org.diffusion4j.clip.ClipTextEncoder;
import org.diffusion4j.clip.verify.ClipVerifier;
import org.diffusion4j.core.config.ConfigFile;
import org.diffusion4j.core.config.FixedFields;
import org.diffusion4j.core.files.ResourceFolder;
import org.diffusion4j.core.graph.ParameterSpec;
import org.diffusion4j.core.weights.DType;
import org.diffusion4j.core.weights.WeightsFile;
import org.diffusion4j.diffusion.pipeline.ModelFolder.Part;
import org.diffusion4j.diffusion.pipeline.ModelFolder.Variant;
import org.diffusion4j.unet.UNet2DConditionModel;
import org.diffusion4j.unet.UNet2DConfig;
import org.diffusion4j.unet.UNet2DModel;
import org.diffusion4j.unet.verify.UNet2DConditionVerifier;
import org.diffusion4j.unet.verify.UNet2DVerifier;
import org.diffusion4j.vae.AutoencoderKL;
import org.diffusion4j.vae.VQModel;
import org.diffusion4j.vae.VQModelConfig;
import org.diffusion4j.vae.verify.AutoencoderKLVerifier;
import org.diffusion4j.vae.verify.VQVerifier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Models of diffusers and transformers, loaded and saved again: the same tensors bit for bit, and
 * configs of the same meaning.
 *
 * <p>Two configs mean the same if they are read as the same record, and each field of the original
 * that the record has is written with its value. Fields that no record has may be left out: they
 * have the one value that is offered, or are passed over.
 */
class RoundTripTest {
  @TempDir Path root;

  /** A folder of reference data of the models' modules. */
  private static Path golden(Class<?> verifier, String folder) throws IOException {
    return ResourceFolder.unpack(verifier, "golden/" + folder);
  }

  /** A model of which the folder is one part. */
  private ModelFolder original(Part part, Path folder) throws IOException {
    ModelFolder original = new ModelFolder(root.resolve("original"));
    PipelineFolders.copy(folder, original.folder(part));
    return original;
  }

  private ModelFolder saved() {
    return new ModelFolder(root.resolve("saved"));
  }

  private static void assertSameTensors(List<Path> expected, Path actual) throws IOException {
    Map<String, String> tensors = SavedModel.tensors(expected);
    assertFalse(tensors.isEmpty());
    assertEquals(tensors, SavedModel.tensors(List.of(actual)));
  }

  private static void assertSameFields(Path expected, Path actual, Object config)
      throws IOException {
    Map<String, Object> fields = SavedModel.fields(expected);
    Map<String, Object> written = SavedModel.fields(actual);
    Map<String, Object> kept = new TreeMap<>(fields);
    kept.keySet().retainAll(written.keySet());
    Map<String, Object> same = new TreeMap<>(written);
    same.keySet().retainAll(fields.keySet());
    assertEquals(kept, same);
    if (config instanceof FixedFields fixed) {
      fields.keySet().removeAll(written.keySet());
      assertTrue(fixed.fixedFields().keySet().containsAll(fields.keySet()), fields.toString());
    }
  }

  private static List<Path> weights(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("diffusion_pytorch_model"))
          .filter(file -> file.toString().endsWith(".safetensors"))
          .toList();
    }
  }

  private static Path written(ModelFolder folder, Part part) {
    String name = part == Part.VAE || part == Part.UNET ? "diffusion_pytorch_model" : "model";
    return folder.folder(part).resolve(name + ".safetensors");
  }

  @ParameterizedTest
  @CsvSource({
    "sd1, diffusion_pytorch_model.safetensors, F32,",
    "sd1, diffusion_pytorch_model.fp16.safetensors, F16, FP16",
    "sd1, diffusion_pytorch_model.bf16.safetensors, BF16, BF16",
    "sd2, diffusion_pytorch_model.safetensors, F32,",
    "sdxl, diffusion_pytorch_model.safetensors, F32,"
  })
  void unetsOnTextAreKept(String name, String file, DType dtype, Variant variant)
      throws IOException {
    Path golden = golden(UNet2DConditionVerifier.class, "unet2d-condition/" + name);
    ModelFolder plain = original(Part.UNET, golden);
    ModelFolder original = variant == null ? plain : plain.withVariant(variant);
    UNet2DConditionModel unet = new UNet2DConditionModel(original.unetConfig());
    saved().save(Part.UNET, unet.config(), original.load(Part.UNET, unet.parameters()), dtype);
    assertEquals(unet.config(), saved().unetConfig());
    assertSameTensors(List.of(golden.resolve(file)), written(saved(), Part.UNET));
    assertSameFields(
        golden.resolve("config.json"),
        saved().folder(Part.UNET).resolve("config.json"),
        unet.config());
  }

  /** The model in shards is another one's: it has the same config. */
  @ParameterizedTest
  @CsvSource({"sd, sd", "no-quant, no-quant", "no-quant-sharded, no-quant"})
  void autoencodersAreKept(String name, String configOf) throws IOException {
    Path golden = golden(AutoencoderKLVerifier.class, "autoencoder-kl/" + name);
    Path config =
        golden(AutoencoderKLVerifier.class, "autoencoder-kl/" + configOf).resolve("config.json");
    ModelFolder original = original(Part.VAE, golden);
    Files.copy(
        config,
        original.folder(Part.VAE).resolve("config.json"),
        StandardCopyOption.REPLACE_EXISTING);
    AutoencoderKL vae = new AutoencoderKL(original.vaeConfig());
    saved().save(Part.VAE, vae.config(), original.load(Part.VAE, vae.parameters()), DType.F32);
    assertEquals(vae.config(), saved().vaeConfig());
    assertSameTensors(weights(golden), written(saved(), Part.VAE));
    assertSameFields(config, saved().folder(Part.VAE).resolve("config.json"), vae.config());
  }

  @ParameterizedTest
  @CsvSource({
    "clip-text/sd1-quick-gelu, CLIPTextModel",
    "clip-text/sd2-gelu, CLIPTextModel",
    "clip-text/projection, CLIPTextModelWithProjection",
    "clip/vit, CLIPModel"
  })
  void clipModelsAreKept(String name, String className) throws IOException {
    Path golden = golden(ClipVerifier.class, name);
    ModelFolder original = original(Part.CLIP, golden);
    ClipTextEncoder encoder = original.textEncoder(Part.CLIP);
    Object config =
        className.equals(ClipModel.CLASS_NAME) ? original.clipConfig() : encoder.text().config();
    saved().save(Part.CLIP, config, original.load(Part.CLIP, encoder.parameters()), DType.F32);
    ClipTextEncoder again = saved().textEncoder(Part.CLIP);
    assertEquals(className, again.className());
    assertEquals(encoder.text().config(), again.text().config());
    assertEquals(encoder.projectionDim(), again.projectionDim());
    assertSameTensors(List.of(golden.resolve("model.safetensors")), written(saved(), Part.CLIP));
    Path written = saved().folder(Part.CLIP).resolve("config.json");
    Map<String, Object> fields = SavedModel.fields(golden.resolve("config.json"));
    if (config instanceof ClipConfig clip) {
      assertEquals(clip, saved().clipConfig());
      for (String part : List.of("text_config", "vision_config")) {
        assertSameParts(fields, SavedModel.fields(written), part);
      }
    } else {
      assertSameFields(golden.resolve("config.json"), written, config);
    }
    assertTrue(fields.containsKey("model_type"));
  }

  private static void assertSameParts(
      Map<String, Object> expected, Map<String, Object> actual, String part) {
    Map<Object, Object> kept = new HashMap<>((Map<?, ?>) expected.get(part));
    Map<Object, Object> same = new HashMap<>((Map<?, ?>) actual.get(part));
    kept.keySet().retainAll(same.keySet());
    same.keySet().retainAll(kept.keySet());
    assertTrue(kept.containsKey("model_type"));
    assertEquals(kept, same);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ddpm", "scale-shift"})
  void unetsWithoutTextAreKept(String name) throws IOException {
    Path golden = golden(UNet2DVerifier.class, "unet2d/" + name);
    UNet2DConfig config =
        ConfigFile.readOver(golden.resolve("config.json"), UNet2DConfig.DEFAULTS, "UNet2DModel");
    saveAndCompare(golden, config, new UNet2DModel(config).parameters(), "UNet2DModel");
    assertEquals(
        config,
        ConfigFile.readOver(root.resolve("config.json"), UNet2DConfig.DEFAULTS, "UNet2DModel"));
  }

  @Test
  void vectorQuantizedModelsAreKept() throws IOException {
    Path golden = golden(VQVerifier.class, "vq/vqmodel");
    VQModelConfig config =
        ConfigFile.readOver(golden.resolve("config.json"), VQModelConfig.DEFAULTS, "VQModel");
    saveAndCompare(golden, config, new VQModel(config).parameters(), "VQModel");
    assertEquals(
        config,
        ConfigFile.readOver(root.resolve("config.json"), VQModelConfig.DEFAULTS, "VQModel"));
  }

  private void saveAndCompare(
      Path golden, Object config, List<ParameterSpec> parameters, String className)
      throws IOException {
    Path file = golden.resolve("diffusion_pytorch_model.safetensors");
    Path written = root.resolve("model.safetensors");
    WeightsFile.save(written, WeightsFile.load(file, parameters), DType.F32, Map.of());
    ConfigFile.write(root.resolve("config.json"), config, className);
    assertSameTensors(List.of(file), written);
    assertSameFields(golden.resolve("config.json"), root.resolve("config.json"), config);
  }

  /** Index, parts, tokenizer and scheduler; {@code position_ids} of old are left out. */
  @ParameterizedTest
  @ValueSource(strings = {"pipeline", "pipeline-inpaint9"})
  void pipelinesAreKept(String name) throws IOException {
    ModelFolder golden = PipelineFolders.golden(name);
    ModelIndex index = golden.index().orElseThrow();
    saved().saveIndex(index);
    AutoencoderKL vae = new AutoencoderKL(golden.vaeConfig());
    saved().save(Part.VAE, vae.config(), golden.load(Part.VAE, vae.parameters()), DType.F32);
    UNet2DConditionModel unet = new UNet2DConditionModel(golden.unetConfig());
    saved().save(Part.UNET, unet.config(), golden.load(Part.UNET, unet.parameters()), DType.F32);
    ClipTextEncoder encoder = golden.textEncoder(Part.CLIP);
    saved()
        .save(
            Part.CLIP,
            encoder.text().config(),
            golden.load(Part.CLIP, encoder.parameters()),
            DType.F32);
    saved().saveTokenizer(Part.CLIP, golden.tokenizer(Part.CLIP), 77);
    saved().saveScheduler(golden.schedulerConfig().config());

    assertEquals(index, saved().index().orElseThrow());
    assertEquals(golden.schedulerConfig().config(), saved().schedulerConfig().config());
    for (Part part : List.of(Part.VAE, Part.UNET, Part.CLIP)) {
      assertSameTensors(List.of(written(golden, part)), written(saved(), part));
    }
    for (String file :
        List.of(
            "model_index.json",
            "scheduler/scheduler_config.json",
            "tokenizer/tokenizer_config.json",
            "tokenizer/special_tokens_map.json",
            "tokenizer/vocab.json")) {
      assertEquals(
          SavedModel.fields(golden.root().resolve(file)),
          SavedModel.fields(saved().root().resolve(file)),
          file);
    }
    Map<Part, Object> configs =
        Map.of(Part.VAE, vae.config(), Part.UNET, unet.config(), Part.CLIP, encoder.className());
    for (Map.Entry<Part, Object> config : configs.entrySet()) {
      assertSameFields(
          golden.folder(config.getKey()).resolve("config.json"),
          saved().folder(config.getKey()).resolve("config.json"),
          config.getValue());
    }
  }
}

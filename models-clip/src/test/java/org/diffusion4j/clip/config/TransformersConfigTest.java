package org.diffusion4j.clip.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.diffusion4j.clip.ClipConfig;
import org.diffusion4j.clip.ClipModel;
import org.diffusion4j.clip.encoder.HiddenAct;
import org.diffusion4j.clip.text.ClipTextConfig;
import org.diffusion4j.clip.text.ClipTextModel;
import org.diffusion4j.clip.text.ClipTextModelWithProjection;
import org.diffusion4j.clip.vision.ClipVisionConfig;
import org.diffusion4j.core.InvalidFileException;
import org.diffusion4j.core.config.ConfigFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TransformersConfigTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The fields of the text encoder of Stable Diffusion 1.5. */
  private static final String STABLE_DIFFUSION_1 =
      """
      {"_name_or_path": "openai/clip-vit-large-patch14", "architectures": ["CLIPTextModel"],
       "attention_dropout": 0.0, "bos_token_id": 0, "dropout": 0.0, "eos_token_id": 2,
       "hidden_act": "quick_gelu", "hidden_size": 768, "initializer_factor": 1.0,
       "initializer_range": 0.02, "intermediate_size": 3072, "layer_norm_eps": 1e-05,
       "max_position_embeddings": 77, "model_type": "clip_text_model", "num_attention_heads": 12,
       "num_hidden_layers": 12, "pad_token_id": 1, "projection_dim": 768,
       "torch_dtype": "float32", "transformers_version": "4.22.0.dev0", "vocab_size": 49408}
      """;

  @TempDir Path folder;
  private Path file;
  private ObjectNode fields;

  @BeforeEach
  void writeTheFile() throws IOException {
    file = folder.resolve("config.json");
    fields = (ObjectNode) JSON.readTree(STABLE_DIFFUSION_1);
  }

  @Test
  void everyFieldOfATextEncoderIsKnown() throws IOException {
    assertEquals(
        new ClipTextConfig(49408, 768, 3072, 12, 12, 77, 1e-5, HiddenAct.QUICK_GELU, 2, 768),
        text());
  }

  /** The second text encoder of Stable Diffusion XL. */
  @Test
  void everyFieldOfATextEncoderWithProjectionIsKnown() throws IOException {
    fields.putArray("architectures").add("CLIPTextModelWithProjection");
    fields.put("hidden_act", "gelu").put("hidden_size", 1280).put("intermediate_size", 5120);
    fields.put("num_attention_heads", 20).put("num_hidden_layers", 32).put("projection_dim", 1280);
    assertEquals(
        new ClipTextConfig(49408, 1280, 5120, 32, 20, 77, 1e-5, HiddenAct.GELU, 2, 1280),
        ClipTextModelWithProjection.read(written()).config());
    assertEquals(
        file + ": architectures (=[\"CLIPTextModelWithProjection\"]) must be CLIPTextModel",
        failure());
  }

  @Test
  void whatAFileLeavesOutIsTransformersDefault() throws IOException {
    fields.removeAll();
    fields.put("model_type", "clip_text_model");
    assertEquals(
        new ClipTextConfig(49408, 512, 2048, 12, 8, 77, 1e-5, HiddenAct.QUICK_GELU, 49407, 512),
        text());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "hidden_act | \"relu\" | hidden_act (=relu) must be one of quick_gelu, gelu",
        "hidden_act | null | hiddenAct (=null) must be there",
        "attention_dropout | 0.1 | attention_dropout (=0.1) must be 0",
        "pruned_heads | {\"0\": [1]} | pruned_heads (={\"0\":[1]}) must be empty",
        "rope_theta | 1e4 | rope_theta must be absent: there is no such field",
        "hidden_size | 5 | hiddenSize (=5) must be divisible by numAttentionHeads (=12)",
        "num_hidden_layers | 0 | numHiddenLayers (=0) must be positive",
        "eos_token_id | -1 | eosTokenId (=-1) must not be negative",
        "architectures | [\"BertModel\"] | architectures (=[\"BertModel\"]) must be CLIPTextModel",
      })
  void whatCannotBeHonouredIsRefusedByName(String name, String value, String problem)
      throws IOException {
    fields.set(name, JSON.readTree(value));
    assertEquals(file + ": " + problem, failure());
  }

  @Test
  void withoutArchitecturesTheModelTypeCounts() throws IOException {
    fields.putNull("architectures");
    assertEquals(768, text().hiddenSize());
    fields.put("model_type", "bert");
    assertEquals(file + ": model_type (=\"bert\") must be clip_text_model", failure());
  }

  @Test
  void aFileOfThisLibraryIsReadAsItWasWritten() throws IOException {
    ClipConfig config =
        new ClipConfig(
            new ClipTextConfig(11, 6, 5, 1, 2, 7, 1e-5, HiddenAct.GELU, 3, 13),
            new ClipVisionConfig(3, 4, 2, 10, 7, 1, 5, 1e-5, HiddenAct.GELU, 13),
            7);
    ConfigFile.write(file, config, "CLIPModel");
    assertEquals(config, ClipModel.read(file).config());
  }

  @Test
  void partsOfAModelAreNamedWhereTheyAreRefused() throws IOException {
    fields.removeAll();
    fields.put("model_type", "clip");
    fields.putObject("vision_config").put("attention_dropout", 0.5);
    assertEquals(
        file + ": vision_config.attention_dropout (=0.5) must be 0",
        assertThrows(InvalidFileException.class, () -> ClipModel.read(written())).getMessage());
  }

  /** As in files of before 2023. */
  @Test
  void theOldNameOfAPartCountsAlone() throws IOException {
    fields.removeAll();
    fields.put("model_type", "clip").put("projection_dim", 768).putNull("vision_config_dict");
    fields.putObject("text_config").put("hidden_size", 512).put("intermediate_size", 7);
    fields.putObject("text_config_dict").put("hidden_size", 768);
    ClipConfig config = ClipModel.read(written()).config();
    assertEquals(768, config.textConfig().hiddenSize());
    assertEquals(2048, config.textConfig().intermediateSize());
    assertEquals(ClipVisionConfig.defaults(), config.visionConfig());
    assertEquals(768, config.projectionDim());
  }

  private ClipTextConfig text() throws IOException {
    return ClipTextModel.read(written()).config();
  }

  private String failure() {
    return assertThrows(InvalidFileException.class, this::text).getMessage();
  }

  private Path written() throws IOException {
    return Files.writeString(file, fields.toString());
  }
}

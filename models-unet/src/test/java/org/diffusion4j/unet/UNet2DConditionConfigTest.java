package org.diffusion4j.unet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.diffusion4j.core.InvalidFileException;
import org.diffusion4j.core.config.ConfigFile;
import org.diffusion4j.core.testing.TestResources;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UNet2DConditionConfigTest {
  private static final String CLASS_NAME = "UNet2DConditionModel";
  private static final UNet2DConditionConfig DEFAULTS = UNet2DConditionConfig.DEFAULTS;

  @TempDir private Path folder;

  @Test
  void absentFieldsHaveTheDefaultsOfDiffusers() throws IOException {
    assertEquals(DEFAULTS, read(""));
    assertEquals(List.of(320, 640, 1280, 1280), DEFAULTS.blockOutChannels());
    assertEquals(List.of(8), DEFAULTS.attentionHeadDim());
    assertEquals(1280, DEFAULTS.timeEmbedDim());
    assertTrue(DEFAULTS.flipSinToCos());
    assertTrue(DEFAULTS.midBlockType().isPresent());
  }

  @ParameterizedTest
  @ValueSource(strings = {"sd1", "sd2", "sdxl"})
  void aWrittenConfigIsReadAsItWas(String model) throws IOException {
    Path original =
        TestResources.path(
            "org/diffusion4j/unet/verify/golden/unet2d-condition/" + model + "/config.json");
    UNet2DConditionConfig config = ConfigFile.readOver(original, DEFAULTS, CLASS_NAME);
    assertEquals(config, writtenAndRead(config));
  }

  @Test
  void oneValueForAllStagesStandsAlone() throws IOException {
    UNet2DConditionConfig config = read(", \"layers_per_block\": 3, \"attention_head_dim\": [5]");
    assertEquals(List.of(3), config.layersPerBlock());
    writtenAndRead(config);
    String text = Files.readString(folder.resolve("copy.json"));
    assertTrue(text.contains("\"layers_per_block\" : 3,"), text);
    assertTrue(text.contains("\"attention_head_dim\" : 5,"), text);
    assertTrue(text.contains("\"only_cross_attention\" : false,"), text);
  }

  @Test
  void eachStageMayHaveAValueOfItsOwn() throws IOException {
    UNet2DConditionConfig config =
        read(
            ", \"only_cross_attention\": [true, false, true, false],"
                + " \"attention_head_dim\": [5, 10, 20, 20],"
                + " \"transformer_layers_per_block\": [1, 2, 3, 4],"
                + " \"layers_per_block\": [4, 3, 2, 1]");
    assertEquals(10, config.heads(1));
    assertEquals(3, config.transformerLayers(2));
    assertEquals(1, config.layers(3));
    assertTrue(config.looksAtTextOnly(2));
    assertEquals(config, writtenAndRead(config));
  }

  @Test
  void aNullThatIsAnOptionIsOne() throws IOException {
    assertEquals(Optional.empty(), read(", \"mid_block_type\": null").midBlockType());
    assertEquals(OptionalInt.of(7), read(", \"num_class_embeds\": 7").numClassEmbeds());
    assertEquals(OptionalInt.empty(), read(", \"num_class_embeds\": null").numClassEmbeds());
  }

  @Test
  void stagesWithoutAttentionNeedNoHeads() throws IOException {
    String fields =
        ", \"block_out_channels\": [32, 64], \"norm_num_groups\": 8,"
            + " \"down_block_types\": [\"DownBlock2D\", \"CrossAttnDownBlock2D\"],"
            + " \"up_block_types\": [\"CrossAttnUpBlock2D\", \"UpBlock2D\"],"
            + " \"attention_head_dim\": [5, 4]";
    assertEquals(4, read(fields).heads(1));
    assertFails(
        fields.replace("\"UpBlock2D\"", "\"CrossAttnUpBlock2D\""),
        "blockOutChannels (=32) must be divisible by attentionHeadDim (=5)");
    assertFails(
        fields.replace("[5, 4]", "[4, 5]"),
        "blockOutChannels (=64) must be divisible by attentionHeadDim (=5)");
  }

  @Test
  void theWayUpMirrorsTheWayDownIfNotGiven() {
    UNet2DConditionConfig config =
        new UNet2DConditionConfig(
            3,
            5,
            List.of(DownBlockType.CROSS_ATTN_DOWN_BLOCK_2D, DownBlockType.DOWN_BLOCK_2D),
            List.of(4, 6),
            1,
            2,
            1,
            5,
            2,
            1e-5);
    assertEquals(
        List.of(UpBlockType.UP_BLOCK_2D, UpBlockType.CROSS_ATTN_UP_BLOCK_2D),
        config.upBlockTypes());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "down_block_types|[\"DownBlock2D\", \"AttnDownBlock2D\"]|down_block_types[1]"
            + " (=AttnDownBlock2D) must be one of DownBlock2D, CrossAttnDownBlock2D",
        "mid_block_type|\"UNetMidBlock2D\"|mid_block_type (=UNetMidBlock2D) must be one of"
            + " UNetMidBlock2DCrossAttn",
        "up_block_types|[\"UpBlock2D\"]|upBlockTypes (=[UP_BLOCK_2D]) must be as many as"
            + " downBlockTypes",
        "only_cross_attention|[true, false]|onlyCrossAttention (=[true, false]) must be one value,"
            + " or one for each of 4 stages",
        "only_cross_attention|null|onlyCrossAttention (=null) must have no null",
        "layers_per_block|0|layersPerBlock (=0) must be positive",
        "layers_per_block|[]|layersPerBlock (=[]) must be one value, or one for each of 4 stages",
        "transformer_layers_per_block|[[1, 2], 1, 1, 1]|transformer_layers_per_block[0]: ",
        "transformer_layers_per_block|[1, 0, 1, 1]|transformerLayersPerBlock (=0) must be positive",
        "attention_head_dim|9|blockOutChannels (=320) must be divisible by attentionHeadDim (=9)",
        "cross_attention_dim|[5, 7]|cross_attention_dim: ",
        "cross_attention_dim|0|crossAttentionDim (=0) must be positive",
        "norm_num_groups|128|blockOutChannels (=320) must be divisible by normNumGroups (=128)",
        "norm_num_groups|null|norm_num_groups: ",
        "conv_in_kernel|4|convInKernel (=4) must be odd and positive",
        "conv_out_kernel|-1|convOutKernel (=-1) must be odd and positive",
        "downsample_padding|2|downsamplePadding (=2) must be from 0 to 1",
        "mid_block_scale_factor|0|midBlockScaleFactor (=0.0) must be finite and not 0",
        "time_embedding_dim|0|timeEmbeddingDim (=0) must be positive",
        "class_embed_type|\"table\"|class_embed_type (=table) must be one of timestep, identity,"
            + " projection, simple_projection",
        "class_embed_type|\"projection\"|projectionClassEmbeddingsInputDim (=absent) must be given"
            + " with classEmbedType (=PROJECTION)",
        "addition_embed_type|\"text\"|addition_embed_type (=text) must be one of text_time",
        "addition_embed_type|\"text_time\"|additionTimeEmbedDim (=0) must be at least 2",
        "dropout|0.1|dropout (=0.1) must be 0: nothing else is done",
        "encoder_hid_dim_type|\"text_proj\"|encoder_hid_dim_type (=\"text_proj\") must be null:"
            + " nothing else is done",
        "dual_cross_attention|true|dual_cross_attention (=true) must be false: nothing else is"
            + " done",
        "time_embedding_type|\"fourier\"|time_embedding_type (=\"fourier\") must be"
            + " \"positional\": nothing else is done",
        "num_attention_heads|8|num_attention_heads (=8) must be null: nothing else is done",
        "downsample_type|\"conv\"|downsample_type must be absent: there is no such field"
      })
  void whatTheModelDoesNotDoIsNamed(String field, String value, String problem) {
    assertFails(", \"" + field + "\": " + value, problem);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"dropout\": 0.0", "\"resnet_out_scale_factor\": 1.0"})
  void aFieldWithoutEffectMayHaveItsOnlyValue(String field) throws IOException {
    assertEquals(DEFAULTS, read(", " + field));
  }

  @Test
  void aTextIsLeftSomeOfTheFeaturesBesideSizes() {
    String fields = ", \"addition_embed_type\": \"text_time\", \"addition_time_embed_dim\": 8";
    assertFails(
        fields + ", \"projection_class_embeddings_input_dim\": 8",
        "projectionClassEmbeddingsInputDim (=8) must be more than additionTimeEmbedDim (=8)");
  }

  private void assertFails(String fields, String problem) {
    var error = assertThrows(InvalidFileException.class, () -> read(fields));
    assertTrue(error.getMessage().contains(problem), error.getMessage());
  }

  private UNet2DConditionConfig writtenAndRead(UNet2DConditionConfig config) throws IOException {
    Path copy = folder.resolve("copy.json");
    ConfigFile.write(copy, config, CLASS_NAME);
    return ConfigFile.readOver(copy, DEFAULTS, CLASS_NAME);
  }

  private UNet2DConditionConfig read(String fields) throws IOException {
    Path file = folder.resolve("read.json");
    Files.writeString(file, "{\"_class_name\": \"" + CLASS_NAME + "\"" + fields + "}");
    return ConfigFile.readOver(file, DEFAULTS, CLASS_NAME);
  }
}

package org.diffusion4j.unet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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
import org.diffusion4j.core.config.SampleSize;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.testing.TestResources;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UNet2DConfigTest {
  private static final String CLASS_NAME = "UNet2DModel";

  @TempDir private Path folder;

  @Test
  void absentFieldsHaveTheDefaultsOfDiffusers() throws IOException {
    UNet2DConfig config = read("");
    assertEquals(UNet2DConfig.DEFAULTS, config);
    assertEquals(List.of(224, 448, 672, 896), config.blockOutChannels());
    assertEquals(OptionalInt.of(8), config.attentionHeadDim());
    assertTrue(config.flipSinToCos());
    assertFalse(config.hasClasses());
  }

  @ParameterizedTest
  @ValueSource(strings = {"ddpm", "scale-shift"})
  void aWrittenConfigIsReadAsItWas(String model) throws IOException {
    Path original =
        TestResources.path("org/diffusion4j/unet/verify/golden/unet2d/" + model + "/config.json");
    UNet2DConfig config = ConfigFile.readOver(original, UNet2DConfig.DEFAULTS, CLASS_NAME);
    Path copy = folder.resolve("config.json");
    ConfigFile.write(copy, config, CLASS_NAME);
    assertEquals(config, ConfigFile.readOver(copy, UNet2DConfig.DEFAULTS, CLASS_NAME));
    if (model.equals("ddpm")) {
      assertTrue(Files.readString(copy).contains("\"sample_size\" : 16"), Files.readString(copy));
    }
  }

  @Test
  void aSampleHasOneSizeOrTwo() throws IOException {
    assertEquals(Optional.of(new SampleSize(16, 16)), read(", \"sample_size\": 16").sampleSize());
    UNet2DConfig config = read(", \"sample_size\": [16, 24]");
    assertEquals(Optional.of(new SampleSize(16, 24)), config.sampleSize());
    Path copy = folder.resolve("copy.json");
    ConfigFile.write(copy, config, CLASS_NAME);
    assertEquals(config, ConfigFile.readOver(copy, UNet2DConfig.DEFAULTS, CLASS_NAME));
    assertEquals(Optional.empty(), read(", \"sample_size\": null").sampleSize());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "time_embedding_type|\"learned\"|time_embedding_type (=learned) must be one of positional,"
            + " fourier",
        "down_block_types|[\"DownBlock2D\", \"SkipDownBlock2D\"]|down_block_types[1]"
            + " (=SkipDownBlock2D) must be one of DownBlock2D, AttnDownBlock2D",
        "up_block_types|[\"UpBlock2D\"]|upBlockTypes (=[UP_BLOCK_2D]) must be as many as"
            + " downBlockTypes",
        "resnet_time_scale_shift|\"ada_group\"|resnet_time_scale_shift (=ada_group) must be one of"
            + " default, scale_shift",
        "act_fn|\"elu\"|act_fn (=elu) must be one of silu, mish, gelu, relu",
        "class_embed_type|\"projection\"|class_embed_type (=projection) must be one of timestep,"
            + " identity",
        "downsample_type|\"fir\"|downsample_type (=fir) must be one of conv, resnet",
        "dropout|0.1|dropout (=0.1) must be 0: no dropout is done",
        "downsample_padding|2|downsamplePadding (=2) must be from 0 to 1",
        "norm_num_groups|64|blockOutChannels (=224) must be divisible by normNumGroups (=64)",
        "attn_norm_num_groups|100|blockOutChannels (=896) must be divisible by attnNormNumGroups"
            + " (=100)",
        "attention_head_dim|9|blockOutChannels (=224) must be divisible by attentionHeadDim (=9)",
        "mid_block_scale_factor|0|midBlockScaleFactor (=0.0) must be finite and not 0",
        "freq_shift|112|freqShift (=112) must be less than half of blockOutChannels[0] (=224)",
        "num_class_embeds|0|numClassEmbeds (=0) must be positive",
        "sample_size|[1, 2, 3]|sampleSize (=[1, 2, 3]) must be a height and a width",
        "block_out_channels|null|blockOutChannels (=null) must have no null",
        "up_block_types|[null]|upBlockTypes (=[null]) must have no null",
        "mid_block_type|null|mid_block_type must be absent: there is no such field"
      })
  void whatTheModelDoesNotDoIsNamed(String field, String value, String problem) {
    var error =
        assertThrows(InvalidFileException.class, () -> read(", \"" + field + "\": " + value));
    assertTrue(error.getMessage().contains(problem), error.getMessage());
  }

  @Test
  void aTableOfClassesGoesWithNoOtherKindOfEmbedding() {
    UNet2DConfigBuilder builder =
        UNet2DConfigBuilder.builder(UNet2DConfig.DEFAULTS)
            .numClassEmbeds(5)
            .classEmbedType(ClassEmbedType.TIMESTEP);
    var error = assertThrows(IllegalArgumentException.class, builder::build);
    assertEquals(
        "numClassEmbeds (=5) must be absent with classEmbedType, which has no table",
        error.getMessage());
  }

  @Test
  void aModelOfClassesWantsLabelsAndOthersWantNone() {
    Graph graph = new Graph();
    Tensor sample = graph.input("sample", 1, 3, 8, 8);
    Tensor timesteps = graph.input("timesteps", 1);
    var missing =
        assertThrows(
            IllegalArgumentException.class,
            () -> model(OptionalInt.of(7)).build(graph, sample, timesteps, Optional.empty()));
    assertEquals("classLabels (=absent) must be given to a model of classes", missing.getMessage());
    var needless =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                model(OptionalInt.empty()).build(graph, sample, timesteps, Optional.of(timesteps)));
    assertEquals(
        "classLabels (=timesteps[1]) must be absent: the model has no classes",
        needless.getMessage());
  }

  private static UNet2DModel model(OptionalInt numClassEmbeds) {
    return new UNet2DModel(
        UNet2DConfigBuilder.builder(UNet2DConfig.DEFAULTS)
            .blockOutChannels(List.of(2, 4, 4, 4))
            .attentionHeadDim(2)
            .normNumGroups(2)
            .numClassEmbeds(numClassEmbeds)
            .build());
  }

  private UNet2DConfig read(String fields) throws IOException {
    Path file = folder.resolve("read.json");
    Files.writeString(file, "{\"_class_name\": \"" + CLASS_NAME + "\"" + fields + "}");
    return ConfigFile.readOver(file, UNet2DConfig.DEFAULTS, CLASS_NAME);
  }
}

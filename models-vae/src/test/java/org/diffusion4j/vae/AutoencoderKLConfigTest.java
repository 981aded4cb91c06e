package org.diffusion4j.vae;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;
import org.diffusion4j.core.InvalidFileException;
import org.diffusion4j.core.config.ConfigFile;
import org.diffusion4j.core.config.SampleSize;
import org.diffusion4j.core.graph.ParameterSpec;
import org.diffusion4j.core.nn.ActivationFunction;
import org.diffusion4j.core.testing.TestResources;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AutoencoderKLConfigTest {
  private static final String CLASS_NAME = "AutoencoderKL";

  @TempDir private Path folder;

  @Test
  void absentFieldsHaveTheDefaultsOfDiffusers() throws IOException {
    AutoencoderKLConfig config = read("");
    assertEquals(AutoencoderKLConfig.DEFAULTS, config);
    assertEquals(List.of(DownEncoderBlockType.DOWN_ENCODER_BLOCK_2D), config.downBlockTypes());
    assertEquals(List.of(64), config.blockOutChannels());
    assertEquals(4, config.latentChannels());
    assertEquals(32, config.normNumGroups());
    assertEquals(SampleSize.of(32), config.sampleSize());
    assertEquals(0.18215, config.scalingFactor());
    assertTrue(config.useQuantConv() && config.usePostQuantConv() && config.forceUpcast());
  }

  @ParameterizedTest
  @ValueSource(strings = {"sd", "no-quant"})
  void aWrittenConfigIsReadAsItWas(String model) throws IOException {
    Path original =
        TestResources.path(
            "org/diffusion4j/vae/verify/golden/autoencoder-kl/" + model + "/config.json");
    AutoencoderKLConfig config =
        ConfigFile.readOver(original, AutoencoderKLConfig.DEFAULTS, CLASS_NAME);
    Path copy = folder.resolve("copy.json");
    ConfigFile.write(copy, config, CLASS_NAME);
    assertEquals(config, ConfigFile.readOver(copy, AutoencoderKLConfig.DEFAULTS, CLASS_NAME));
    assertEquals(ConfigFile.read(original).fields().size(), ConfigFile.read(copy).fields().size());
  }

  @Test
  void everyFieldIsReadFromTheFile() throws IOException {
    AutoencoderKLConfig config =
        read(
            """
            , "in_channels": 1, "out_channels": 2, "down_block_types": ["AttnDownEncoderBlock2D"],
            "up_block_types": ["AttnUpDecoderBlock2D"], "block_out_channels": [6],
            "layers_per_block": 3, "act_fn": "gelu", "latent_channels": 2, "norm_num_groups": 3,
            "sample_size": [5, 7], "scaling_factor": 1.5, "shift_factor": null,
            "latents_mean": [0.5, 0.7], "latents_std": [2.5, 3.5], "force_upcast": false,
            "use_quant_conv": false, "use_post_quant_conv": false,
            "mid_block_add_attention": false
            """);
    AutoencoderKLConfig expected =
        new AutoencoderKLConfig(
            1,
            2,
            List.of(DownEncoderBlockType.ATTN_DOWN_ENCODER_BLOCK_2D),
            List.of(UpDecoderBlockType.ATTN_UP_DECODER_BLOCK_2D),
            List.of(6),
            3,
            ActivationFunction.GELU,
            2,
            3,
            new SampleSize(5, 7),
            1.5,
            OptionalDouble.empty(),
            Optional.of(List.of(0.5, 0.7)),
            Optional.of(List.of(2.5, 3.5)),
            false,
            false,
            false,
            false);
    assertEquals(expected, config);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "down_block_types|[\"DownBlock2D\"]|down_block_types[0] (=DownBlock2D) must be one of"
            + " DownEncoderBlock2D, AttnDownEncoderBlock2D",
        "up_block_types|[\"UpBlock2D\"]|up_block_types[0] (=UpBlock2D) must be one of"
            + " UpDecoderBlock2D, AttnUpDecoderBlock2D",
        "block_out_channels|[64, 32]|downBlockTypes (=[DOWN_ENCODER_BLOCK_2D]) must be as many as"
            + " blockOutChannels (=[64, 32])",
        "block_out_channels|[33]|blockOutChannels (=33) must be divisible by normNumGroups (=32)",
        "layers_per_block|0|layersPerBlock (=0) must be positive",
        "act_fn|\"elu\"|act_fn (=elu) must be one of silu, mish, gelu, relu",
        "sample_size|null|sampleSize must not be null",
        "scaling_factor|0|scalingFactor (=0.0) must be positive and finite",
        "shift_factor|NaN|shiftFactor (=NaN) must be finite",
        "latents_mean|[1, 2, 3, 4]|latentsStd (=Optional.empty) must be present where latentsMean"
            + " (=Optional[[1.0, 2.0, 3.0, 4.0]]) is, and only there",
        "dropout|0|dropout must be absent: there is no such field",
      })
  void fieldsThatCannotBeAreRefused(String field, String value, String problem) {
    String message =
        assertThrows(InvalidFileException.class, () -> read(", \"" + field + "\": " + value))
            .getMessage();
    assertEquals(folder.resolve("config.json") + ": " + problem, message);
  }

  @Test
  void stagesWithAttentionHaveOneAfterEachResidualBlock() {
    AutoencoderKLConfig plain = new AutoencoderKLConfig(3, 3, List.of(4, 6), 1, 5, 2, true, 1);
    AutoencoderKLConfig attending =
        plain
            .withDownBlockTypes(
                List.of(
                    DownEncoderBlockType.DOWN_ENCODER_BLOCK_2D,
                    DownEncoderBlockType.ATTN_DOWN_ENCODER_BLOCK_2D))
            .withUpBlockTypes(
                List.of(
                    UpDecoderBlockType.ATTN_UP_DECODER_BLOCK_2D,
                    UpDecoderBlockType.UP_DECODER_BLOCK_2D));
    Set<String> added = names(attending);
    added.removeAll(names(plain));
    assertEquals(
        Set.of(
            "encoder.down_blocks.1.attentions.0",
            "decoder.up_blocks.0.attentions.0",
            "decoder.up_blocks.0.attentions.1"),
        added.stream()
            .map(name -> name.replaceAll("(attentions\\.\\d).*", "$1"))
            .collect(Collectors.toSet()));
  }

  private static Set<String> names(AutoencoderKLConfig config) {
    return new AutoencoderKL(config)
        .parameters().stream().map(ParameterSpec::name).collect(Collectors.toSet());
  }

  private AutoencoderKLConfig read(String fields) throws IOException {
    Path file = folder.resolve("config.json");
    Files.writeString(file, "{\"_class_name\": \"AutoencoderKL\"" + fields + "}");
    return ConfigFile.readOver(file, AutoencoderKLConfig.DEFAULTS, CLASS_NAME);
  }
}

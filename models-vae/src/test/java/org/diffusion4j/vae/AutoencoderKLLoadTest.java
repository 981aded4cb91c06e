package org.diffusion4j.vae;

import static org.diffusion4j.core.testing.TensorAssertions.assertClose;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.diffusion4j.core.InvalidFileException;
import org.diffusion4j.core.config.ConfigFile;
import org.diffusion4j.core.testing.TestResources;
import org.diffusion4j.core.weights.DType;
import org.diffusion4j.core.weights.SafetensorsFile;
import org.diffusion4j.core.weights.SafetensorsWriter;
import org.diffusion4j.core.weights.Weights;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;

class AutoencoderKLLoadTest {
  private static final String FOLDER = "org/diffusion4j/vae/verify/golden/autoencoder-kl/sd/";
  private static final Path OLD = TestResources.path(FOLDER + "legacy_names.safetensors");

  @TempDir private Path folder;

  @Test
  void oldNamesOfTheAttentionGiveTheSameWeights() throws IOException {
    AutoencoderKL model = model();
    Weights expected =
        model.load(TestResources.path(FOLDER + "diffusion_pytorch_model.safetensors"));
    Weights actual = model.load(OLD);
    assertEquals(expected.arrays().keySet(), actual.arrays().keySet());
    expected.arrays().forEach((name, array) -> assertClose(array, actual.get(name), 0, 0, name));
  }

  @Test
  void shardsOfDiffusersGiveTheWeightsOfTheOneFile() throws IOException {
    String parent = "org/diffusion4j/vae/verify/golden/autoencoder-kl/";
    AutoencoderKL model =
        new AutoencoderKL(
            ConfigFile.readOver(
                TestResources.path(parent + "no-quant/config.json"),
                AutoencoderKLConfig.DEFAULTS,
                "AutoencoderKL"));
    String name = "diffusion_pytorch_model.safetensors";
    Weights expected = model.load(TestResources.path(parent + "no-quant/" + name));
    Path index = TestResources.path(parent + "no-quant-sharded/" + name + ".index.json");
    Weights actual = model.load(index.resolveSibling(name));
    expected.arrays().forEach((key, array) -> assertClose(array, actual.get(key), 0, 0, key));
  }

  @Test
  void aParameterMustNotBeThereTwice() throws IOException {
    Map<String, INDArray> tensors = new LinkedHashMap<>();
    try (SafetensorsFile old = SafetensorsFile.open(OLD)) {
      old.names().forEach(name -> tensors.put(name, old.read(name)));
    }
    String attention = "decoder.mid_block.attentions.0.";
    tensors.put(attention + "to_k.bias", tensors.get(attention + "key.bias"));
    Path file = folder.resolve("twice.safetensors");
    SafetensorsWriter.write(file, tensors, DType.F32, Map.of());
    AutoencoderKL model = model();
    assertEquals(
        file
            + ": tensors decoder.mid_block.attentions.0.key.bias and"
            + " decoder.mid_block.attentions.0.to_k.bias are the same parameter, but one only may"
            + " be there",
        assertThrows(InvalidFileException.class, () -> model.load(file)).getMessage());
  }

  @Test
  void otherNamesStayAsTheyAre() {
    assertEquals("encoder.key.weight", AutoencoderKL.parameterName("encoder.key.weight"));
    assertEquals(
        "encoder.down_blocks.1.attentions.12.to_out.0.bias",
        AutoencoderKL.parameterName("encoder.down_blocks.1.attentions.12.proj_attn.bias"));
  }

  private static AutoencoderKL model() throws IOException {
    return new AutoencoderKL(
        ConfigFile.readOver(
            TestResources.path(FOLDER + "config.json"),
            AutoencoderKLConfig.DEFAULTS,
            "AutoencoderKL"));
  }
}

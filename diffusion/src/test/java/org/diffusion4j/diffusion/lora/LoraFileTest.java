package org.diffusion4j.diffusion.lora;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.diffusion4j.core.testing.TensorAssertions;
import org.diffusion4j.core.weights.DType;
import org.diffusion4j.core.weights.SafetensorsFile;
import org.diffusion4j.core.weights.SafetensorsWriter;
import org.diffusion4j.core.weights.Weights;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class LoraFileTest {
  private static final String TO_Q =
      "unet.mid_block.attentions.0.transformer_blocks.0.attn1.to_q.lora_A.weight";
  private static final String TO_Q_UP = TO_Q.replace("lora_A", "lora_B");

  @TempDir Path folder;

  @Test
  void whatIsSavedIsLoadedBitForBit() throws IOException {
    Lora lora = SmallPipeline.lora(3, 3);
    Path file = folder.resolve(LoraFile.DEFAULT_NAME);
    LoraFile.write(file, lora, DType.F32);
    assertSame(lora, read(file));
    try (SafetensorsFile tensors = SafetensorsFile.open(file)) {
      assertEquals(Map.of("format", "pt"), tensors.metadata());
      assertEquals(List.of(3L, 6L), tensors.info(TO_Q).shape());
      assertEquals(List.of(6L, 3L), tensors.info(TO_Q_UP).shape());
      // diffusers 0.31 refuses a file with a tensor that has no "lora" in its name.
      assertFalse(tensors.names().stream().anyMatch(name -> !name.contains("lora")));
      assertEquals(
          List.of(6L, 3L, 1L, 1L),
          tensors.info("unet.mid_block.resnets.0.conv1.lora_B.weight").shape());
    }
  }

  @Test
  void alphaOtherThanTheRankIsWrittenIntoB() {
    Lora lora = SmallPipeline.lora(3, 5);
    Path file = folder.resolve(LoraFile.DEFAULT_NAME);
    LoraFile.write(file, lora, DType.F32);
    LoraAdapter read = read(file).adapters().get(LoraPart.UNET);
    assertEquals(3, read.alphas().get("conv_in.weight"));
    Weights base = SmallPipeline.unetWeights();
    Weights expected = lora.mergeInto(LoraPart.UNET, base, 0.7);
    Weights actual = read.mergeInto(base, 0.7);
    for (String name : SmallPipeline.names(base)) {
      TensorAssertions.assertCloseToScale(expected.get(name), actual.get(name), 1e-6, name);
    }
  }

  @Test
  void halfPrecisionRoundsTheFactors() {
    Lora lora = SmallPipeline.lora(2, 2);
    Path file = folder.resolve("half.safetensors");
    LoraFile.write(file, lora, DType.F16);
    Weights read = read(file).adapters().get(LoraPart.UNET).parameters();
    Weights own = lora.adapters().get(LoraPart.UNET).parameters();
    own.arrays()
        .forEach((name, a) -> TensorAssertions.assertClose(a, read.get(name), 1e-7, 1e-3, name));
  }

  @ParameterizedTest
  @EnumSource
  void everyNamingGivesTheSameAdapter(LoraNaming naming) {
    Map<String, INDArray> renamed = new LinkedHashMap<>();
    tensors(SmallPipeline.lora(3, 3))
        .forEach(
            (name, array) -> {
              String newName = naming.of(name);
              renamed.put(newName, array);
              String module = newName.replaceFirst("\\.lora[._][^.]*(\\.(down|up))?\\.weight$", "");
              renamed.put(module + ".alpha", Nd4j.scalar(5f));
            });
    assertSame(SmallPipeline.lora(3, 5), read(write(renamed, Map.of())));
  }

  @Test
  void processorsOfOldAreKnown() {
    LoraAdapter unet = SmallPipeline.adapter(LoraPart.UNET, 2, 2, LoraConfig.UNET_TARGETS);
    LoraAdapter text =
        SmallPipeline.adapter(LoraPart.TEXT_ENCODER, 2, 2, LoraConfig.TEXT_ENCODER_TARGETS);
    Lora lora = new Lora(Map.of(LoraPart.UNET, unet, LoraPart.TEXT_ENCODER, text));
    Map<String, INDArray> renamed = new LinkedHashMap<>();
    tensors(lora)
        .forEach(
            (name, array) ->
                renamed.put(
                    name.replaceFirst("(attn\\d)\\.(to_.)", "$1.processor.$2")
                        .replaceFirst("self_attn\\.(.)_proj", "self_attn.to_$1")
                        .replace("out_proj", "to_out")
                        .replace("to_out.0", "to_out")
                        .replace(".lora_A", "_lora.down")
                        .replace(".lora_B", "_lora.up"),
                    array));
    String block = "unet.down_blocks.0.attentions.0.transformer_blocks.0.attn2.processor.";
    assertEquals(List.of(2L, 5L), shape(renamed.get(block + "to_k_lora.down.weight")));
    assertSame(lora, read(write(renamed, Map.of())));
  }

  @Test
  void namesWithoutAPartAreTheUNets() {
    LoraAdapter unet = SmallPipeline.adapter(LoraPart.UNET, 2, 2, SmallPipeline.UNET_TARGETS);
    Lora lora = new Lora(Map.of(LoraPart.UNET, unet));
    Map<String, INDArray> renamed = new LinkedHashMap<>();
    tensors(lora).forEach((name, array) -> renamed.put(name.substring("unet.".length()), array));
    assertSame(lora, read(write(renamed, Map.of())));
  }

  @Test
  void kernelsOfOneMayBeLinearAndTheReverse() {
    Lora lora = SmallPipeline.lora(3, 3);
    Map<String, INDArray> reshaped = new LinkedHashMap<>();
    tensors(lora)
        .forEach(
            (name, array) -> {
              long[] shape = array.shape();
              boolean linear = shape.length == 2;
              boolean pointwise = name.contains("proj_in");
              reshaped.put(
                  name,
                  linear
                      ? array.reshape(shape[0], shape[1], 1, 1)
                      : pointwise ? array.reshape(shape[0], shape[1]) : array);
            });
    assertSame(lora, read(write(reshaped, Map.of())));
  }

  @Test
  void alphasMayStandInTheMetadata() {
    String json =
        "{\"unet.r\":3,\"unet.lora_alpha\":5,\"unet.use_dora\":false,\"unet.rank_pattern\":{},"
            + "\"unet.alpha_pattern\":{\"mid_block.resnets.0.conv1\":7},"
            + "\"text_encoder.lora_alpha\":11.5}";
    Lora read =
        read(write(tensors(SmallPipeline.lora(3, 3)), Map.of("lora_adapter_metadata", json)));
    Map<String, Double> alphas = read.adapters().get(LoraPart.UNET).alphas();
    assertEquals(5, alphas.get("conv_in.weight"));
    assertEquals(7, alphas.get("mid_block.resnets.0.conv1.weight"));
    assertEquals(5, alphas.get("mid_block.resnets.1.conv1.weight"));
    Map<String, Double> text = read.adapters().get(LoraPart.TEXT_ENCODER).alphas();
    assertEquals(Set.of(11.5), Set.copyOf(text.values()));
  }

  private Lora read(Path file) {
    return LoraFile.read(file, SmallPipeline.PARAMETERS);
  }

  private Map<String, INDArray> tensors(Lora lora) {
    return SmallPipeline.fileTensors(folder, lora);
  }

  private Path write(Map<String, INDArray> tensors, Map<String, String> metadata) {
    Path file = folder.resolve("written.safetensors");
    SafetensorsWriter.write(file, tensors, DType.F32, metadata);
    return file;
  }

  private static List<Long> shape(INDArray array) {
    return Arrays.stream(array.shape()).boxed().toList();
  }

  private static void assertSame(Lora expected, Lora actual) {
    assertEquals(expected.adapters().keySet(), actual.adapters().keySet());
    expected
        .adapters()
        .forEach(
            (part, adapter) -> {
              LoraAdapter other = actual.adapters().get(part);
              assertEquals(adapter.alphas(), other.alphas());
              Weights parameters = other.parameters();
              assertEquals(adapter.parameters().arrays().keySet(), parameters.arrays().keySet());
              adapter
                  .parameters()
                  .arrays()
                  .forEach(
                      (name, array) ->
                          SmallPipeline.assertSameBits(array, parameters.get(name), name));
            });
  }
}

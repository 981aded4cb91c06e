package org.diffusion4j.diffusion.lora;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.diffusion4j.core.InvalidFileException;
import org.diffusion4j.core.testing.TensorAssertions;
import org.diffusion4j.core.weights.DType;
import org.diffusion4j.core.weights.SafetensorsFile;
import org.diffusion4j.core.weights.SafetensorsWriter;
import org.diffusion4j.core.weights.Weights;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
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

  /** How adapters of rank 3 and alpha 5 are named by those who write them. */
  enum Naming {
    PEFT,
    DIFFUSERS_0_21,
    LINEAR_LAYER,
    DOTTED_DOWN,
    KOHYA,
    KOHYA_FIRST_OF_TWO,
    KOHYA_ORIGINAL_BLOCKS;

    String of(String name) {
      return switch (this) {
        case PEFT -> name;
        case DIFFUSERS_0_21 -> factors(name, "lora.down", "lora.up");
        case LINEAR_LAYER -> factors(name, "lora_linear_layer.down", "lora_linear_layer.up");
        case DOTTED_DOWN -> factors(name, "lora_down", "lora_up");
        case KOHYA -> kohya("lora_te_", name);
        case KOHYA_FIRST_OF_TWO -> kohya("lora_te1_", name);
        case KOHYA_ORIGINAL_BLOCKS -> kohya("lora_te_", original(name));
      };
    }

    private static String factors(String name, String down, String up) {
      return name.replace("lora_A", down).replace("lora_B", up);
    }

    private static String kohya(String text, String name) {
      int factor = name.lastIndexOf(".lora_");
      String module = name.substring(0, factor);
      String ending = factors(name.substring(factor), "lora_down", "lora_up");
      String prefix = module.startsWith("unet.") ? "lora_unet_" : text;
      return prefix + module.substring(module.indexOf('.') + 1).replace('.', '_') + ending;
    }

    /** The blocks of the small U-Net, as the configuration of latent diffusion counts them. */
    private static String original(String name) {
      Map<String, String> blocks = new LinkedHashMap<>();
      blocks.put("conv_in", "input_blocks.0.0");
      blocks.put("down_blocks.0.resnets.0", "input_blocks.1.0");
      blocks.put("down_blocks.0.attentions.0", "input_blocks.1.1");
      blocks.put("down_blocks.0.downsamplers.0.conv", "input_blocks.2.0.op");
      blocks.put("down_blocks.1.resnets.0", "input_blocks.3.0");
      blocks.put("mid_block.resnets.0", "middle_block.0");
      blocks.put("mid_block.attentions.0", "middle_block.1");
      blocks.put("mid_block.resnets.1", "middle_block.2");
      blocks.put("up_blocks.0.resnets.0", "output_blocks.0.0");
      blocks.put("up_blocks.0.resnets.1", "output_blocks.1.0");
      blocks.put("up_blocks.0.upsamplers.0.conv", "output_blocks.1.1.conv");
      blocks.put("up_blocks.1.resnets.0", "output_blocks.2.0");
      blocks.put("up_blocks.1.attentions.0", "output_blocks.2.1");
      blocks.put("up_blocks.1.resnets.1", "output_blocks.3.0");
      blocks.put("up_blocks.1.attentions.1", "output_blocks.3.1");
      blocks.put("time_embedding.linear_1", "time_embed.0");
      blocks.put("conv1", "in_layers.2");
      blocks.put("time_emb_proj", "emb_layers.1");
      blocks.put("conv_shortcut", "skip_connection");
      String original = name;
      for (Map.Entry<String, String> block : blocks.entrySet()) {
        original = original.replace("." + block.getKey() + ".", "." + block.getValue() + ".");
      }
      return original;
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyNamingGivesTheSameAdapter(Naming naming) {
    Map<String, INDArray> renamed = new LinkedHashMap<>();
    tensors(SmallPipeline.lora(3, 3))
        .forEach(
            (name, array) -> {
              String newName = naming.of(name);
              renamed.put(newName, array);
              String module = newName.replaceFirst("\\.lora[._][^.]*(\\.(down|up))?\\.weight$", "");
              renamed.put(module + ".alpha", Nd4j.scalar(5f));
            });
    assertSame(withAlpha(5), read(write(renamed, Map.of())));
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

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[1] | metadata lora_adapter_metadata must be a JSON object",
        "{ | metadata lora_adapter_metadata is not valid JSON",
        "{\"unet.use_rslora\":true}"
            + " | metadata lora_adapter_metadata: unet.use_rslora (=true) must be false",
        "{\"unet.lora_alpha\":\"5\"}"
            + " | metadata lora_adapter_metadata: unet.lora_alpha (=\"5\") must be a number",
      })
  void badMetadataIsRefused(String json, String problem) {
    Path file = write(tensors(SmallPipeline.lora(3, 3)), Map.of("lora_adapter_metadata", json));
    assertRefused(file, problem);
  }

  @Test
  void everyTensorMustHaveAPlace() {
    Map<String, INDArray> tensors = tensors(SmallPipeline.lora(3, 3));
    int count = tensors.size();
    INDArray factor = Nd4j.zeros(3, 6);
    tensors.put("lora_te2_text_model_encoder_layers_0_mlp_fc1.lora_down.weight", factor);
    tensors.put(TO_Q.replace("mid_block", "mid_bloc\n"), factor);
    assertRefused(
        write(tensors, Map.of()),
        "2 of "
            + (count + 2)
            + " tensors have no place in this model:"
            + " lora_te2_text_model_encoder_layers_0_mlp_fc1.lora_down.weight, "
            + TO_Q.replace("mid_block", "mid_bloc?"));
    for (int i = 0; i < 7; i++) {
      tensors.put("x" + i, factor);
    }
    String message = refusal(write(tensors, Map.of()));
    assertEquals(" and 4 more", message.substring(message.lastIndexOf(" and ")));
  }

  @Test
  void aPartThatIsNotAskedForIsNoPlace() {
    Path file = write(tensors(SmallPipeline.lora(3, 3)), Map.of());
    assertThrows(
        InvalidFileException.class,
        () -> LoraFile.read(file, Map.of(LoraPart.UNET, SmallPipeline.UNET.parameters())));
  }

  @Test
  void bothFactorsMustBeThere() {
    for (String lost : List.of(TO_Q, TO_Q_UP)) {
      Map<String, INDArray> tensors = tensors(SmallPipeline.lora(3, 3));
      tensors.remove(lost);
      assertRefused(
          write(tensors, Map.of()),
          "1 weights must have both factors, A (or down) and B (or up), but have only: "
              + (lost.equals(TO_Q) ? TO_Q_UP : TO_Q));
    }
  }

  @Test
  void oneOfAKindOnly() {
    Map<String, INDArray> tensors = tensors(SmallPipeline.lora(3, 3));
    String other = TO_Q.replace("lora_A", "lora.down");
    tensors.put(other, tensors.get(TO_Q));
    assertRefused(
        write(tensors, Map.of()),
        "tensors %s and %s are both A of one weight, but one only may be there"
            .formatted(TO_Q, other));
  }

  static Stream<Object[]> wrongShapes() {
    return Stream.of(
        new Object[] {TO_Q, new long[] {3, 5}, "shape (=[3, 5]) must be [3, 6]"},
        new Object[] {TO_Q, new long[] {}, "shape (=[]) must begin with the rank"},
        new Object[] {TO_Q, new long[] {2, 6}, "shape (=[6, 3]) must be [6, 2]"},
        new Object[] {TO_Q_UP, new long[] {5, 3}, "shape (=[5, 3]) must be [6, 3]"},
        new Object[] {TO_Q_UP, new long[] {3, 6}, "shape (=[3, 6]) must be [6, 3]"},
        new Object[] {
          "unet.conv_in.lora_A.weight", new long[] {3, 27}, "shape (=[3, 27]) must be [3, 3, 3, 3]"
        },
        new Object[] {
          TO_Q.replace("lora_A.weight", "alpha"),
          new long[] {3},
          "shape (=[3]) must be that of one number"
        });
  }

  @ParameterizedTest
  @MethodSource("wrongShapes")
  void wrongShapesAreRefused(String name, long[] shape, String problem) {
    Map<String, INDArray> tensors = tensors(SmallPipeline.lora(3, 3));
    tensors.put(name, shape.length == 0 ? Nd4j.scalar(1f) : Nd4j.ones(shape));
    String message = refusal(write(tensors, Map.of()));
    assertEquals(problem, message.substring(message.indexOf("shape (=")), message);
  }

  @ParameterizedTest
  @CsvSource({
    "unet.conv_in.lora_magnitude_vector, DoRA",
    "lora_unet_conv_in.dora_scale, DoRA",
    "lora_unet_conv_in.hada_w1_a, LoHa",
    "lora_unet_conv_in.lokr_w1, LoKr",
    "lora_unet_conv_in.lora_mid.weight, LoCon in three factors"
  })
  void otherMethodsAreRefusedByName(String name, String method) {
    Map<String, INDArray> tensors = tensors(SmallPipeline.lora(3, 3));
    tensors.put(name, Nd4j.ones(3, 6));
    assertRefused(
        write(tensors, Map.of()),
        "tensor %s is one of %s, but only LoRA of two factors is supported"
            .formatted(name, method));
  }

  @Test
  void alphaMustBeAFiniteNumber() {
    Map<String, INDArray> tensors = tensors(SmallPipeline.lora(3, 3));
    String alpha = TO_Q.replace("lora_A.weight", "alpha");
    tensors.put(alpha, Nd4j.scalar(Float.NaN));
    assertRefused(
        write(tensors, Map.of()),
        "alpha of %s (=NaN) must be finite"
            .formatted(TO_Q.replace("lora_A.", "").substring("unet.".length())));
    tensors.put(alpha, Nd4j.scalar(3L));
    String message = refusal(write(tensors, Map.of()));
    assertEquals(
        alpha + " is I64 but must be of floating point)",
        message.substring(message.indexOf(alpha)));
  }

  @Test
  void damagedMissingAndEmptyFilesAreRefused() throws IOException {
    Path file = write(tensors(SmallPipeline.lora(3, 3)), Map.of());
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, bytes.length - 1));
    assertThrows(InvalidFileException.class, () -> read(file));
    assertRefused(write(Map.of(), Map.of()), "number of tensors (=0) must be positive");
    assertThrows(UncheckedIOException.class, () -> read(folder.resolve("none.safetensors")));
  }

  private Lora read(Path file) {
    return LoraFile.read(file, SmallPipeline.PARAMETERS);
  }

  private void assertRefused(Path file, String problem) {
    assertEquals(file + ": " + problem, refusal(file));
  }

  private String refusal(Path file) {
    return assertThrows(InvalidFileException.class, () -> read(file)).getMessage();
  }

  /** The tensors of the file that adapters are written to. */
  private Map<String, INDArray> tensors(Lora lora) {
    Path file = folder.resolve("tensors.safetensors");
    LoraFile.write(file, lora, DType.F32);
    Map<String, INDArray> tensors = new LinkedHashMap<>();
    try (SafetensorsFile open = SafetensorsFile.open(file)) {
      open.names().forEach(name -> tensors.put(name, open.read(name)));
    }
    return tensors;
  }

  private Path write(Map<String, INDArray> tensors, Map<String, String> metadata) {
    Path file = folder.resolve("written.safetensors");
    SafetensorsWriter.write(file, tensors, DType.F32, metadata);
    return file;
  }

  /** The adapters of rank 3 with this alpha: the same factors whatever it is. */
  private static Lora withAlpha(double alpha) {
    return SmallPipeline.lora(3, alpha);
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
              assertEquals(
                  adapter.parameters().arrays().keySet().stream().sorted().toList(),
                  other.parameters().arrays().keySet().stream().sorted().toList());
              adapter
                  .parameters()
                  .arrays()
                  .forEach((name, a) -> assertEquals(a, other.parameters().get(name), name));
            });
  }
}

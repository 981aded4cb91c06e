package org.diffusion4j.diffusion.lora;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.diffusion4j.core.InvalidFileException;
import org.diffusion4j.core.weights.DType;
import org.diffusion4j.core.weights.SafetensorsWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Files that are refused, and what is said of them. */
class BadLoraFileTest {
  private static final String TO_Q =
      "unet.mid_block.attentions.0.transformer_blocks.0.attn1.to_q.lora_A.weight";
  private static final String TO_Q_UP = TO_Q.replace("lora_A", "lora_B");

  @TempDir Path folder;

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
        String.format(
            Locale.ROOT,
            "tensors %s and %s are both A of one weight, but one only may be there",
            TO_Q,
            other));
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
        String.format(
            Locale.ROOT,
            "tensor %s is one of %s, but only LoRA of two factors is supported",
            name,
            method));
  }

  @Test
  void alphaMustBeAFiniteNumber() {
    Map<String, INDArray> tensors = tensors(SmallPipeline.lora(3, 3));
    String alpha = TO_Q.replace("lora_A.weight", "alpha");
    tensors.put(alpha, Nd4j.scalar(Float.NaN));
    assertRefused(
        write(tensors, Map.of()),
        String.format(
            Locale.ROOT,
            "alpha of %s (=NaN) must be finite",
            TO_Q.replace("lora_A.", "").substring("unet.".length())));
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

  private Map<String, INDArray> tensors(Lora lora) {
    return SmallPipeline.fileTensors(folder, lora);
  }

  private Path write(Map<String, INDArray> tensors, Map<String, String> metadata) {
    Path file = folder.resolve("written.safetensors");
    SafetensorsWriter.write(file, tensors, DType.F32, metadata);
    return file;
  }
}

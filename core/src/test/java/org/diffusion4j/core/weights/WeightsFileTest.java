package org.diffusion4j.core.weights;

import static org.diffusion4j.core.testing.TensorAssertions.assertClose;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.diffusion4j.core.InvalidFileException;
import org.diffusion4j.core.graph.Initializer;
import org.diffusion4j.core.graph.ParameterLayout;
import org.diffusion4j.core.graph.ParameterSpec;
import org.diffusion4j.core.random.Generator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class WeightsFileTest {
  private static final Initializer NORMAL = new Initializer.Normal(1);

  /** Shapes in memory: linear [in, out], convolution [kh, kw, in, out]. */
  private static final List<ParameterSpec> SPECS =
      List.of(
          spec("conv.weight", ParameterLayout.CONV2D, 2, 3, 5, 7),
          spec("conv1d.weight", ParameterLayout.CONV1D, 3, 5, 7),
          spec("conv.bias", ParameterLayout.PLAIN, 7),
          spec("linear.weight", ParameterLayout.LINEAR, 11, 13),
          spec("embedding.weight", ParameterLayout.PLAIN, 5, 3));

  @TempDir Path folder;
  private Path path;

  @BeforeEach
  void chooseAFile() {
    path = folder.resolve("model.safetensors");
  }

  private static ParameterSpec spec(String name, ParameterLayout layout, long... shape) {
    return new ParameterSpec(name, layout, NORMAL, Arrays.stream(shape).boxed().toList());
  }

  private static Weights weights() {
    return Weights.initialize(SPECS, new Generator(3));
  }

  @Test
  void filesHaveTheLayoutOfPytorch() {
    Weights weights = weights();
    WeightsFile.save(path, weights, DType.F32, Map.of());
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      assertEquals(List.of(7L, 5L, 2L, 3L), file.info("conv.weight").shape());
      assertEquals(List.of(7L, 5L, 3L), file.info("conv1d.weight").shape());
      assertEquals(List.of(13L, 11L), file.info("linear.weight").shape());
      assertEquals(List.of(5L, 3L), file.info("embedding.weight").shape());
      INDArray conv = file.read("conv.weight");
      INDArray linear = file.read("linear.weight");
      for (int out = 0; out < 7; out++) {
        for (int in = 0; in < 5; in++) {
          for (int y = 0; y < 2; y++) {
            for (int x = 0; x < 3; x++) {
              assertEquals(
                  weights.get("conv.weight").getFloat(y, x, in, out), conv.getFloat(out, in, y, x));
            }
          }
        }
      }
      for (int out = 0; out < 13; out++) {
        for (int in = 0; in < 11; in++) {
          assertEquals(weights.get("linear.weight").getFloat(in, out), linear.getFloat(out, in));
        }
      }
    }
  }

  @Test
  void openedWeightsAreReadWhenTheyAreAskedFor() throws IOException {
    Weights weights = weights();
    WeightsFile.save(path, weights, DType.F32, Map.of());
    Weights opened = WeightsFile.open(path, SPECS, UnaryOperator.identity());
    assertEquals(weights.get("linear.weight"), opened.read("linear.weight", INDArray::dup));
    assertArrayEquals(weights.values("linear.weight"), opened.values("linear.weight"));
    assertTrue(opened.read("linear.weight", UnaryOperator.identity()).wasClosed());

    INDArray kept = opened.get("linear.weight");
    assertSame(kept, opened.read("linear.weight", UnaryOperator.identity()));
    assertFalse(kept.wasClosed());
    assertEquals(weights.arrays(), opened.arrays());
    assertSame(kept, opened.arrays().get("linear.weight"));
  }

  @Test
  void openedFilesAreCheckedAtOnce() {
    WeightsFile.save(path, weights(), DType.F32, Map.of());
    List<ParameterSpec> others = List.of(spec("conv.bias", ParameterLayout.PLAIN, 7));
    InvalidFileException e =
        assertThrows(
            InvalidFileException.class,
            () -> WeightsFile.open(path, others, UnaryOperator.identity()));
    assertTrue(e.getMessage().contains("4 unexpected"), e.getMessage());
  }

  @Test
  void loadingGivesBackWhatWasSaved() {
    Weights weights = weights();
    WeightsFile.save(path, weights, DType.F32, Map.of("format", "pt"));
    Weights loaded = WeightsFile.load(path, SPECS);
    assertEquals(SPECS, loaded.specs());
    for (ParameterSpec spec : SPECS) {
      INDArray array = loaded.get(spec.name());
      assertClose(weights.get(spec.name()), array, 0, 0, spec.name());
      assertEquals('c', array.ordering());
      assertArrayEquals(weights.get(spec.name()).dup('c').data().asFloat(), array.data().asFloat());
    }
  }

  @Test
  void savingOverTheFileThatWasLoadedWorks() {
    WeightsFile.save(path, weights(), DType.BF16, Map.of());
    Weights loaded = WeightsFile.load(path, SPECS);
    WeightsFile.save(path, loaded, DType.BF16, Map.of());
    assertClose(
        loaded.get("conv.weight"),
        WeightsFile.load(path, SPECS).get("conv.weight"),
        0,
        0,
        "bfloat16 values are exact in bfloat16");
  }

  @Test
  void countersAreIgnored() {
    Map<String, INDArray> tensors = tensors();
    tensors.put("position_ids", Nd4j.createFromArray(new long[] {0, 1}));
    tensors.put("embeddings.position_ids", Nd4j.createFromArray(new long[] {0, 1}));
    tensors.put("norm.num_batches_tracked", Nd4j.scalar(7L));
    SafetensorsWriter.write(path, tensors, DType.F32, Map.of());
    assertEquals(SPECS, WeightsFile.load(path, SPECS).specs());
  }

  @Test
  void positionIdsOfFloatingPointAreUnexpected() {
    Map<String, INDArray> tensors = tensors();
    tensors.put("embeddings.position_ids", Nd4j.createFromArray(new float[] {0, 1}));
    assertRefused(tensors, SPECS, "1 unexpected (embeddings.position_ids)");
  }

  @Test
  void oneErrorSaysAllThatIsWrong() {
    Map<String, INDArray> tensors = tensors();
    tensors.remove("conv.bias");
    tensors.put("extra", Nd4j.scalar(1f));
    // Memory's layout instead of the file's.
    tensors.put("linear.weight", Nd4j.zeros(DataType.FLOAT, 11, 13));
    tensors.put("embedding.weight", Nd4j.createFromArray(new long[5][3]));
    assertRefused(
        tensors,
        SPECS,
        "1 missing (conv.bias); 1 unexpected (extra); 2 different (linear.weight is [11, 13] but"
            + " must be [13, 11], embedding.weight is I64 but must be of floating point)");
  }

  @Test
  void longListsAreCut() {
    List<ParameterSpec> specs = new ArrayList<>(SPECS);
    for (int i = 0; i < 7; i++) {
      specs.add(spec("more." + i, ParameterLayout.PLAIN, 2));
    }
    assertRefused(
        tensors(), specs, "7 missing (more.0, more.1, more.2, more.3, more.4 and 2 more)");
  }

  @Test
  void parametersOfOtherTypesAreRefused() throws IOException {
    Path raw =
        RawSafetensors.write(
            folder,
            RawSafetensors.bytes(
                "{\"x\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[0,8]}}", new byte[8]));
    String message =
        assertThrows(
                InvalidFileException.class,
                () -> WeightsFile.load(raw, List.of(spec("x", ParameterLayout.PLAIN, 1))))
            .getMessage();
    assertTrue(message.startsWith(raw + ": tensor x: dtype (=F64) must be one of"), message);
  }

  /** A file's tensors of the right model. */
  private static Map<String, INDArray> tensors() {
    Map<String, INDArray> tensors = new LinkedHashMap<>();
    for (ParameterSpec spec : SPECS) {
      tensors.put(spec.name(), new Generator(5).randn(spec.fileShape()));
    }
    return tensors;
  }

  private void assertRefused(
      Map<String, INDArray> tensors, List<ParameterSpec> specs, String problems) {
    SafetensorsWriter.write(path, tensors, DType.F32, Map.of());
    assertEquals(
        path + ": does not hold the weights of this model: " + problems,
        assertThrows(InvalidFileException.class, () -> WeightsFile.load(path, specs)).getMessage());
  }
}

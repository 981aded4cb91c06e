package org.diffusion4j.core.weights;

import static org.diffusion4j.core.testing.TensorAssertions.assertClose;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.diffusion4j.core.InvalidFileException;
import org.diffusion4j.core.testing.TestResources;
import org.diffusion4j.core.verify.GoldenCase;
import org.diffusion4j.core.verify.GoldenFile;
import org.diffusion4j.core.verify.JsonFields;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What files hold, read back as the reference implementation wrote it. */
class SafetensorsFileTest {
  private static final String OPS = "org/diffusion4j/core/verify/operation/golden/ops/";

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"group_norm", "max_unpool2d"})
  void readsEveryTensorThatTheReferenceImplementationWrote(String operation) {
    GoldenFile golden = TestResources.golden(OPS + operation + ".json");
    try (SafetensorsFile file =
        SafetensorsFile.open(TestResources.path(OPS + operation + ".safetensors"))) {
      for (GoldenCase golds : golden.cases()) {
        for (String group : List.of("inputs", "outputs")) {
          JsonFields shapes = golds.fields().object(group);
          for (String tensor : shapes.names()) {
            String name = golds.name() + "/" + tensor;
            INDArray array = file.read(name);
            assertArrayEquals(shapes.integers(tensor), array.shape(), name);
            assertEquals(file.info(name).dtype() == DType.I64, array.dataType() == DataType.INT64);
          }
        }
      }
    }
  }

  @Test
  void valuesAreThoseOfTheReference() {
    GoldenFile golden = TestResources.golden(OPS + "group_norm.json");
    // The loss is sum(y * w) and y = normalized * weight + bias, so the gradient of the bias is the
    // sum of w over all axes but the channels.
    for (GoldenCase golds : golden.cases()) {
      if (golds.has("bias")) {
        INDArray w = golds.tensor("w");
        INDArray sum = w.reshape('c', w.size(0), w.size(1), -1).sum(0, 2);
        assertClose(golds.tensor("grad_bias"), sum, 1e-5, 1e-5, golds.name());
      }
    }
  }

  @Test
  void readsHalfAndBfloatAsFloat() throws IOException {
    // 1, -2 and 65504 in float16; 1, -2 and 2^127 in bfloat16.
    ByteBuffer data = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
    for (int bits : new int[] {0x3c00, 0xc000, 0x7bff, 0x3f80, 0xc000, 0x7f00}) {
      data.putShort((short) bits);
    }
    String header =
        "{\"half\":{\"dtype\":\"F16\",\"shape\":[3],\"data_offsets\":[0,6]},"
            + "\"bfloat\":{\"dtype\":\"BF16\",\"shape\":[3,1],\"data_offsets\":[6,12]}}";
    try (SafetensorsFile file = RawSafetensors.open(folder, header, data.array())) {
      assertArrayEquals(new float[] {1, -2, 65504}, file.readFloats("half"));
      assertArrayEquals(new float[] {1, -2, 0x1p127f}, file.read("bfloat").dup().data().asFloat());
      assertEquals(DataType.FLOAT, file.read("half").dataType());
      assertArrayEquals(new long[] {3, 1}, file.read("bfloat").shape());
    }
  }

  @Test
  void readsScalarsAndEmptyTensors() throws IOException {
    String header =
        "{\"none\":{\"dtype\":\"F32\",\"shape\":[0,3],\"data_offsets\":[0,0]},"
            + "\"one\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,4]},"
            + "\"noIds\":{\"dtype\":\"I64\",\"shape\":[0],\"data_offsets\":[4,4]},"
            + "\"id\":{\"dtype\":\"I64\",\"shape\":[],\"data_offsets\":[4,12]}}";
    byte[] data = {0, 0, (byte) 0x80, 0x3f, 7, 0, 0, 0, 0, 0, 0, 0};
    try (SafetensorsFile file = RawSafetensors.open(folder, header, data)) {
      assertTrue(file.read("none").isEmpty());
      assertTrue(file.read("noIds").isEmpty());
      assertEquals(1f, file.read("one").getFloat());
      assertEquals(7, file.read("id").getLong());
      assertEquals(0, file.read("one").rank() + file.read("id").rank());
    }
  }

  @Test
  void listsWhatItCannotRead() throws IOException {
    for (DType dtype : DType.values()) {
      String header =
          String.format(
              Locale.ROOT,
              "{\"x\":{\"dtype\":\"%s\",\"shape\":[3],\"data_offsets\":[0,%d]}}",
              dtype,
              3 * dtype.bytes());
      try (SafetensorsFile file =
          RawSafetensors.open(folder, header, new byte[3 * dtype.bytes()])) {
        assertEquals(dtype, file.info("x").dtype());
        assertEquals(3, file.info("x").size());
        if (List.of(DType.F32, DType.F16, DType.BF16, DType.I64).contains(dtype)) {
          assertEquals(3, file.read("x").length());
        } else {
          String message =
              assertThrows(InvalidFileException.class, () -> file.read("x")).getMessage();
          assertTrue(
              message.endsWith(
                  ": tensor x: dtype (="
                      + dtype
                      + ") must be one of F32, F16, BF16 for FLOAT or I64 for LONG"),
              message);
        }
      }
    }
  }

  @Test
  void readsMetadataAndSkipsWhatItDoesNotKnow() throws IOException {
    String header =
        "{\"__metadata__\":{\"format\":\"pt\",\"b\":\"ü\"},"
            + "\"x\":{\"new\":{\"a\":[1,{}]},\"dtype\":\"U8\",\"shape\":[],\"data_offsets\":[0,1]}}  ";
    try (SafetensorsFile file = RawSafetensors.open(folder, header, new byte[1])) {
      assertEquals(Map.of("format", "pt", "b", "ü"), file.metadata());
      assertEquals(List.of("x"), List.copyOf(file.names()));
    }
  }

  @Test
  void refusesRanksThatNd4jDoesNotTake() throws IOException {
    String shape = Stream.generate(() -> "1").limit(33).collect(Collectors.joining(",", "[", "]"));
    try (SafetensorsFile file =
        RawSafetensors.open(folder, RawSafetensors.tensor("F32", shape, "[0,4]"), new byte[4])) {
      assertEquals(1, file.readFloats("x").length);
      RawSafetensors.assertMessageEnds(
          "tensor x: rank (=33) must be at most 32",
          assertThrows(InvalidFileException.class, () -> file.read("x")));
    }
  }

  @Test
  void saysWhatCannotBeOpenedOrFound() throws IOException {
    Path missing = folder.resolve("missing.safetensors");
    assertEquals(
        "cannot read " + missing + ": there is no such file",
        assertThrows(UncheckedIOException.class, () -> SafetensorsFile.open(missing)).getMessage());
    assertEquals(
        "cannot read " + folder + ": it is a folder",
        assertThrows(UncheckedIOException.class, () -> SafetensorsFile.open(folder)).getMessage());
    try (SafetensorsFile file =
        RawSafetensors.open(folder, "{" + RawSafetensors.X + "}", new byte[8])) {
      assertTrue(
          assertThrows(IllegalArgumentException.class, () -> file.read("y"))
              .getMessage()
              .endsWith(" is named y"));
    }
  }
}

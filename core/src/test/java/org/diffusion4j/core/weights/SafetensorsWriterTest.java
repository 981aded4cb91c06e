package org.diffusion4j.core.weights;

import static org.diffusion4j.core.testing.TensorAssertions.assertClose;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.diffusion4j.core.random.Generator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class SafetensorsWriterTest {
  /** Exact in all three types, so that a round trip must give them back. */
  private static final float[] EDGES = {
    0f,
    -0f,
    1f,
    -1.5f,
    0x1p-14f,
    0x1p-24f,
    -0x1p-24f,
    0x1.fcp15f,
    Float.POSITIVE_INFINITY,
    Float.NEGATIVE_INFINITY,
    Float.NaN
  };

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(names = {"F32", "F16", "BF16"})
  void whatIsWrittenIsRead(DType dtype) {
    Map<String, INDArray> tensors = new LinkedHashMap<>();
    tensors.put("edges", Nd4j.createFromArray(EDGES));
    tensors.put("scalar", Nd4j.scalar(0.5f));
    tensors.put("none", Nd4j.create(DataType.FLOAT, 0, 3));
    tensors.put("ids", Nd4j.createFromArray(new long[] {Long.MIN_VALUE, -1, 1L << 40}));
    tensors.put("name with \"quotes\", ü and \u0001", Nd4j.createFromArray(new float[][] {{2, 4}}));
    Path path = folder.resolve("edges.safetensors");
    SafetensorsWriter.write(path, tensors, dtype, Map.of("format", "pt"));
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      assertEquals(tensors.keySet(), file.names());
      assertEquals(Map.of("format", "pt"), file.metadata());
      assertEquals(dtype, file.info("edges").dtype());
      tensors.forEach((name, array) -> assertArrayEquals(array.shape(), file.read(name).shape()));
      // Bit for bit: the sign of zero counts.
      assertArrayEquals(EDGES, file.readFloats("edges"));
      assertArrayEquals(tensors.get("ids").toLongVector(), file.readLongs("ids"));
      assertEquals(0.5f, file.read("scalar").getFloat());
    }
  }

  @Test
  void roundsWhatTheTypeDoesNotHold() {
    INDArray values = new Generator(2).randn(3, 7, 11);
    Path path = folder.resolve("rounded.safetensors");
    SafetensorsWriter.write(path, Map.of("x", values), DType.F16, Map.of());
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      // Half a unit in the last place: 11 significant bits in float16, 8 in bfloat16.
      assertClose(values, file.read("x"), 0x1p-25, 0x1p-11, "F16");
    }
    SafetensorsWriter.write(path, Map.of("x", values), DType.BF16, Map.of());
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      assertClose(values, file.read("x"), 0, 0x1p-8, "BF16");
      assertThrows(
          AssertionError.class, () -> assertClose(values, file.read("x"), 0, 0x1p-11, "BF16"));
    }
  }

  @Test
  void writesTheBytesOfTheReferenceImplementation() throws IOException {
    Map<String, INDArray> tensors = new LinkedHashMap<>();
    tensors.put("b", Nd4j.createFromArray(new float[] {1, -2}).reshape(2, 1));
    tensors.put("a", Nd4j.createFromArray(new long[] {3}));
    Path path = folder.resolve("bytes.safetensors");
    SafetensorsWriter.write(path, tensors, DType.F16, Map.of("format", "pt"));
    // I64 comes before F16, and spaces pad the header to a multiple of 8.
    String header =
        "{\"__metadata__\":{\"format\":\"pt\"},"
            + "\"a\":{\"dtype\":\"I64\",\"shape\":[1],\"data_offsets\":[0,8]},"
            + "\"b\":{\"dtype\":\"F16\",\"shape\":[2,1],\"data_offsets\":[8,12]}}";
    String padded = header + " ".repeat(Math.floorMod(-header.length(), 8));
    byte[] data = {3, 0, 0, 0, 0, 0, 0, 0, 0, 0x3c, 0, (byte) 0xc0};
    assertArrayEquals(RawSafetensors.bytes(padded, data), Files.readAllBytes(path));
  }

  @Test
  void headersOfEveryLengthAreAligned() {
    for (int length = 1; length <= 8; length++) {
      Path path = folder.resolve(length + ".safetensors");
      SafetensorsWriter.write(
          path, Map.of("x".repeat(length), Nd4j.scalar(1f)), DType.F32, Map.of());
      assertEquals(4, path.toFile().length() % 8, "name of length " + length);
    }
  }

  @Test
  void metadataInAnyOrderGivesTheSameBytes() throws IOException {
    Map<String, String> forward = new LinkedHashMap<>();
    Map<String, String> backward = new LinkedHashMap<>();
    for (int i = 0; i < 7; i++) {
      forward.put("key" + i, "value");
      backward.put("key" + (6 - i), "value");
    }
    Map<String, INDArray> tensors = Map.of("x", Nd4j.scalar(1f));
    SafetensorsWriter.write(folder.resolve("forward"), tensors, DType.F32, forward);
    SafetensorsWriter.write(folder.resolve("backward"), tensors, DType.F32, backward);
    assertArrayEquals(
        Files.readAllBytes(folder.resolve("forward")),
        Files.readAllBytes(folder.resolve("backward")));
  }

  @Test
  void viewsAreWrittenInTheirOwnOrder() {
    INDArray array = new Generator(3).randn(2, 3, 5);
    INDArray view = array.permute(2, 0, 1);
    Path path = folder.resolve("view.safetensors");
    SafetensorsWriter.write(path, Map.of("x", view), DType.F32, Map.of());
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      assertClose(view, file.read("x"), 0, 0, "view");
    }
    assertTrue(!array.wasClosed(), "the source of a view must stay open");
  }

  @Test
  void tensorsOfSeveralChunksAreWritten() {
    INDArray array = new Generator(3).rand(3, 233_357);
    Path path = folder.resolve("chunks.safetensors");
    SafetensorsWriter.write(path, Map.of("x", array), DType.F32, Map.of());
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      assertClose(array, file.read("x"), 0, 0, "x");
    }
  }

  @Test
  void aFailureMidwayLeavesTheFileThatWasThere() throws IOException {
    Path path = Files.writeString(folder.resolve("kept.safetensors"), "old");
    INDArray closed = Nd4j.createFromArray(new float[] {2, 3});
    Map<String, INDArray> tensors = new LinkedHashMap<>();
    tensors.put("good", Nd4j.scalar(1f));
    tensors.put("closed", closed);
    closed.close();
    assertThrows(
        RuntimeException.class, () -> SafetensorsWriter.write(path, tensors, DType.F32, Map.of()));
    assertEquals("old", Files.readString(path));
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(List.of(path), files.toList());
    }
  }

  @Test
  void saysWhatCannotBeWritten() {
    Path path = folder.resolve("x.safetensors");
    assertMessage("dtype (=I64) must be F32, F16 or BF16", path, Map.of(), DType.I64);
    assertMessage(
        "type of tensor x (=DOUBLE) must be FLOAT or INT64",
        path,
        Map.of("x", Nd4j.scalar(1d)),
        DType.F32);
    assertMessage(
        "no tensor may be named __metadata__",
        path,
        Map.of("__metadata__", Nd4j.scalar(1f)),
        DType.F32);
    Path elsewhere = folder.resolve("missing").resolve("x.safetensors");
    assertEquals(
        "cannot write " + elsewhere + ": folder " + elsewhere.getParent() + " does not exist",
        assertThrows(
                UncheckedIOException.class,
                () -> SafetensorsWriter.write(elsewhere, Map.of(), DType.F32, Map.of()))
            .getMessage());
  }

  private static void assertMessage(
      String message, Path path, Map<String, INDArray> tensors, DType dtype) {
    assertEquals(
        message,
        assertThrows(
                IllegalArgumentException.class,
                () -> SafetensorsWriter.write(path, tensors, dtype, Map.of()))
            .getMessage());
    assertTrue(!Files.exists(path), "nothing may be written");
  }
}

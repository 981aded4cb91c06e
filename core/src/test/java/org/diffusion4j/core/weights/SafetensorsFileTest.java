package org.diffusion4j.core.weights;

import static org.diffusion4j.core.testing.TensorAssertions.assertClose;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.diffusion4j.core.InvalidFileException;
import org.diffusion4j.core.random.Generator;
import org.diffusion4j.core.testing.GoldenFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class SafetensorsFileTest {
  /** One F32 tensor "x" of two values and the start of a header that holds it. */
  private static final String X = "\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}";

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"golden/ops/group_norm", "golden/ops/max_unpool2d"})
  void readsEveryTensorThatTheReferenceImplementationWrote(String base) {
    GoldenFile golden = GoldenFile.open(base);
    try (SafetensorsFile file = SafetensorsFile.open(GoldenFile.resource(base + ".safetensors"))) {
      for (GoldenFile.Case golds : golden.cases()) {
        for (String group : List.of("inputs", "outputs")) {
          for (Map.Entry<String, JsonNode> tensor : golds.json().get(group).properties()) {
            String name = golds.name() + "/" + tensor.getKey();
            INDArray array = file.read(name);
            assertEquals(
                tensor.getValue().toString(),
                Arrays.toString(array.shape()).replace(" ", ""),
                name);
            assertEquals(file.info(name).dtype() == DType.I64, array.dataType() == DataType.INT64);
          }
        }
      }
    }
  }

  @Test
  void valuesAreThoseOfTheReference() {
    GoldenFile golden = GoldenFile.open("golden/ops/group_norm");
    // The loss is sum(y * w) and y = normalized * weight + bias, so the gradient of the bias is the
    // sum of w over all axes but the channels.
    for (GoldenFile.Case golds : golden.cases()) {
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
    try (SafetensorsFile file = open(header, data.array())) {
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
    try (SafetensorsFile file = open(header, data)) {
      assertTrue(file.read("none").isEmpty());
      assertTrue(file.read("noIds").isEmpty());
      assertEquals(1f, file.read("one").getFloat());
      assertEquals(7, file.read("id").getLong());
      assertEquals(0, file.read("one").rank() + file.read("id").rank());
    }
  }

  @Test
  void readsTensorsOfSeveralChunks() throws IOException {
    int size = 700_001;
    float[] values = new Generator(5).uniform(size);
    ByteBuffer data = ByteBuffer.allocate(4 * size).order(ByteOrder.LITTLE_ENDIAN);
    data.asFloatBuffer().put(values);
    String header =
        String.format(
            "{\"x\":{\"dtype\":\"F32\",\"shape\":[%d],\"data_offsets\":[0,%d]}}", size, 4 * size);
    try (SafetensorsFile file = open(header, data.array())) {
      assertArrayEquals(values, file.readFloats("x"));
    }
  }

  @Test
  void readsBeyondTwoGigabytes() throws IOException {
    long skipped = (1L << 31) + 6;
    String header =
        String.format(
            "{\"ids\":{\"dtype\":\"U8\",\"shape\":[%d],\"data_offsets\":[0,%d]},"
                + "\"x\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[%d,%d]}}",
            skipped, skipped, skipped, skipped + 4);
    byte[] start = RawSafetensors.bytes(header, new byte[0]);
    Path path = folder.resolve("sparse.safetensors");
    try (FileChannel channel =
        FileChannel.open(
            path,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.SPARSE,
            StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(start));
      channel.write(ByteBuffer.wrap(new byte[] {0, 0, 0, 0x40}), start.length + skipped);
    }
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      assertArrayEquals(new float[] {2}, file.readFloats("x"));
    }
  }

  @Test
  void listsWhatItCannotRead() throws IOException {
    for (DType dtype : DType.values()) {
      String header =
          String.format(
              "{\"x\":{\"dtype\":\"%s\",\"shape\":[3],\"data_offsets\":[0,%d]}}",
              dtype, 3 * dtype.bytes());
      try (SafetensorsFile file = open(header, new byte[3 * dtype.bytes()])) {
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
    try (SafetensorsFile file = open(header, new byte[1])) {
      assertEquals(Map.of("format", "pt", "b", "ü"), file.metadata());
      assertEquals(List.of("x"), List.copyOf(file.names()));
    }
  }

  static Stream<Arguments> hostileHeaders() {
    return Stream.of(
        hostile("", "header must start with '{'"),
        hostile(" {}", "header must start with '{'"),
        hostile("[]", "header must start with '{'"),
        hostile("{\"x\":", "header is not valid JSON: Unexpected end-of-input"),
        hostile("{" + X + "} {}", "header is not valid JSON: more follows after the object"),
        hostile("{" + X + "," + X + "}", "header is not valid JSON: Duplicate field 'x'"),
        hostile(
            "{\"x\":{\"dtype\":\"F32\",\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}",
            "header is not valid JSON: Duplicate field 'dtype'"),
        hostile("{\"x\":[]}", "tensor x: must be an object"),
        hostile("{\"x\":{}}", "tensor x: must have dtype, shape and data_offsets"),
        hostile("{\"x\":{\"dtype\":7}}", "tensor x: dtype must be a string"),
        hostile(tensor("F33", "[2]", "[0,8]"), "tensor x: dtype (=F33) is unknown"),
        hostile(tensor("f32", "[2]", "[0,8]"), "tensor x: dtype (=f32) is unknown"),
        hostile(
            tensor("F32", "[3]", "[0,8]"),
            "tensor x: data_offsets (=[0, 8]) must span the bytes of F32 [3]"),
        hostile(
            tensor("F32", "[2]", "[8,0]"),
            "tensor x: data_offsets (=[8, 0]) must be 0 or more and ascending"),
        hostile(tensor("F32", "[2]", "[0,4,8]"), "tensor x: data_offsets (=[0, 4, 8]) must be two"),
        hostile(
            tensor("F32", "[-2]", "[0,8]"),
            "tensor x: shape must be a list of integers, 0 or more and below 2^63"),
        hostile(
            tensor("F32", "[2.0]", "[0,8]"),
            "tensor x: shape must be a list of integers, 0 or more and below 2^63"),
        hostile(
            tensor("F32", "[[2]]", "[0,8]"),
            "tensor x: shape must be a list of integers, 0 or more and below 2^63"),
        hostile(
            tensor("F32", "2", "[0,8]"),
            "tensor x: shape must be a list of integers, 0 or more and below 2^63"),
        hostile(
            tensor("F32", "[18446744073709551618]", "[0,8]"),
            "tensor x: shape must be a list of integers, 0 or more and below 2^63"),
        hostile(
            tensor("F32", "[4294967296,4294967296]", "[0,8]"),
            "tensor x: shape (=[4294967296, 4294967296]) must be below 2^63 bytes"),
        hostile(
            tensor("F32", "[2]", "[-8,0]"),
            "tensor x: data_offsets must be a list of integers, 0 or more and below 2^63"),
        hostile(
            tensor("F32", "[2]", "[4,12]"),
            "tensor x begins at 4, but must begin where the one before it ends (=0)"),
        hostile(tensor("F32", "[1]", "[0,4]"), "tensors take 4 bytes, but the file holds 8"),
        hostile(tensor("F32", "[3]", "[0,12]"), "tensors take 12 bytes, but the file holds 8"),
        hostile(
            "{\"y\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}," + X + "}",
            "tensor y begins at 4, but must begin where the one before it ends (=8)"),
        hostile("{}", "tensors take 0 bytes, but the file holds 8"),
        hostile("{\"__metadata__\":[]," + X + "}", "__metadata__ must be an object"),
        hostile("{\"__metadata__\":null," + X + "}", "__metadata__ must be an object"),
        hostile("{\"__metadata__\":{\"a\":1}," + X + "}", "__metadata__.a must be a string"),
        hostile(
            "{\"x\":{\"y\":" + "[".repeat(5000) + "]".repeat(5000) + "}}",
            "header is not valid JSON: Document nesting depth (1001) exceeds the maximum allowed"),
        hostile(
            "{\"" + "a\\u0000".repeat(500) + "\":1}",
            "tensor " + "a?".repeat(50) + "...: must be an object"));
  }

  private static Arguments hostile(String header, String message) {
    return Arguments.of(header, message);
  }

  private static String tensor(String dtype, String shape, String offsets) {
    return String.format(
        "{\"x\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":%s}}", dtype, shape, offsets);
  }

  @ParameterizedTest
  @MethodSource("hostileHeaders")
  void refusesBadHeaders(String header, String problem) throws IOException {
    assertRefused(RawSafetensors.bytes(header, new byte[8]), problem);
  }

  @Test
  void acceptsTheTensorThatTheBadHeadersVary() throws IOException {
    try (SafetensorsFile file = open("{" + X + "}", new byte[8])) {
      assertArrayEquals(new float[2], file.readFloats("x"));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "9; header length (=9) must be at most the 2 bytes that follow it",
        "100000000; header length (=100000000) must be at most the 2 bytes that follow it",
        "100000001; header length (=100000001) must be at most 100000000",
        "-1; header length (=18446744073709551615) must be at most 100000000"
      })
  void refusesHeadersThatAreTooLong(long length, String problem) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(10).order(ByteOrder.LITTLE_ENDIAN);
    assertRefused(bytes.putLong(length).put((byte) '{').put((byte) '}').array(), problem);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7})
  void refusesFilesWithoutALength(int size) throws IOException {
    assertRefused(new byte[size], "length (=" + size + ") must be at least 8");
  }

  @Test
  void refusesEveryTruncation() throws IOException {
    byte[] whole = RawSafetensors.bytes("{" + X + "}", new byte[8]);
    for (int length = 0; length < whole.length; length++) {
      Path path = RawSafetensors.write(folder, Arrays.copyOf(whole, length));
      assertThrows(InvalidFileException.class, () -> SafetensorsFile.open(path), "at " + length);
    }
  }

  @Test
  void refusesHeadersThatAreNotUtf8() throws IOException {
    byte[] bytes = RawSafetensors.bytes("{\"??\":1}", new byte[0]);
    bytes[10] = (byte) 0xc3;
    assertRefused(bytes, "header must be UTF-8");
  }

  @Test
  void refusesRanksThatNd4jDoesNotTake() throws IOException {
    String shape = Stream.generate(() -> "1").limit(33).collect(Collectors.joining(",", "[", "]"));
    try (SafetensorsFile file = open(tensor("F32", shape, "[0,4]"), new byte[4])) {
      assertEquals(1, file.readFloats("x").length);
      assertMessageEnds(
          "tensor x: rank (=33) must be at most 32",
          assertThrows(InvalidFileException.class, () -> file.read("x")));
    }
  }

  @Test
  void saysThatAFileBecameShorter() throws IOException {
    Path path = RawSafetensors.write(folder, RawSafetensors.bytes("{" + X + "}", new byte[8]));
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      try (RandomAccessFile writable = new RandomAccessFile(path.toFile(), "rw")) {
        writable.setLength(writable.length() - 1);
      }
      assertMessageEnds(
          "became shorter while it was read",
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
    try (SafetensorsFile file = open("{" + X + "}", new byte[8])) {
      assertTrue(
          assertThrows(IllegalArgumentException.class, () -> file.read("y"))
              .getMessage()
              .endsWith(" is named y"));
    }
  }

  /** Only the documented exceptions may escape, whatever bytes a file has. */
  @Test
  void survivesMutatedFiles() throws IOException {
    byte[] whole =
        RawSafetensors.bytes(
            "{\"__metadata__\":{\"format\":\"pt\"},"
                + X
                + ",\"h\":{\"dtype\":\"F16\",\"shape\":[2,3],\"data_offsets\":[8,20]},"
                + "\"i\":{\"dtype\":\"I64\",\"shape\":[1],\"data_offsets\":[20,28]}}",
            new byte[28]);
    byte[] alphabet = "0123456789-.e+\"{}[]:,\\ FBIU\0\377".getBytes(StandardCharsets.ISO_8859_1);
    Generator generator = new Generator(17);
    Path path = folder.resolve("mutated.safetensors");
    int accepted = 0;
    int mutations = 1500;
    for (int i = 0; i < mutations; i++) {
      byte[] mutated = whole.clone();
      int count = 1 + (int) generator.randint(0, 3, 1)[0];
      for (int k = 0; k < count; k++) {
        int at = (int) generator.randint(0, mutated.length, 1)[0];
        mutated[at] = alphabet[(int) generator.randint(0, alphabet.length, 1)[0]];
      }
      Files.write(path, mutated);
      try (SafetensorsFile file = SafetensorsFile.open(path)) {
        file.names().forEach(file::read);
        accepted++;
      } catch (InvalidFileException e) {
        assertFalse(e.getMessage().contains("\n"), e.getMessage());
      }
    }
    int reached = accepted;
    assertTrue(0 < reached && reached < mutations / 2, () -> "accepted: " + reached);
  }

  private SafetensorsFile open(String header, byte[] data) throws IOException {
    return SafetensorsFile.open(RawSafetensors.write(folder, RawSafetensors.bytes(header, data)));
  }

  private void assertRefused(byte[] bytes, String problem) throws IOException {
    Path path = RawSafetensors.write(folder, bytes);
    String message =
        assertThrows(InvalidFileException.class, () -> SafetensorsFile.open(path)).getMessage();
    assertTrue(message.startsWith(path + ": " + problem), message);
  }

  private static void assertMessageEnds(String end, Exception exception) {
    assertTrue(exception.getMessage().endsWith(": " + end), exception.getMessage());
  }
}

package org.diffusion4j.core.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.diffusion4j.core.InvalidFileException;
import org.diffusion4j.core.random.Generator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Headers that are wrong or too long, and files that end too early. */
class SafetensorsHeaderTest {
  @TempDir Path folder;

  static Stream<Arguments> badHeaders() {
    return Stream.of(
        Arguments.of("", "header must start with '{'"),
        Arguments.of(" {}", "header must start with '{'"),
        Arguments.of("[]", "header must start with '{'"),
        Arguments.of("{\"x\":", "header is not valid JSON: Unexpected end-of-input"),
        Arguments.of(
            "{" + RawSafetensors.X + "} {}",
            "header is not valid JSON: more follows after the object"),
        Arguments.of(
            "{" + RawSafetensors.X + "," + RawSafetensors.X + "}",
            "header is not valid JSON: Duplicate field 'x'"),
        Arguments.of(
            "{\"x\":{\"dtype\":\"F32\",\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}",
            "header is not valid JSON: Duplicate field 'dtype'"),
        Arguments.of("{\"x\":[]}", "tensor x: must be an object"),
        Arguments.of("{\"x\":{}}", "tensor x: must have dtype, shape and data_offsets"),
        Arguments.of("{\"x\":{\"dtype\":7}}", "tensor x: dtype must be a string"),
        Arguments.of(
            RawSafetensors.tensor("F33", "[2]", "[0,8]"), "tensor x: dtype (=F33) is unknown"),
        Arguments.of(
            RawSafetensors.tensor("f32", "[2]", "[0,8]"), "tensor x: dtype (=f32) is unknown"),
        Arguments.of(
            RawSafetensors.tensor("F32", "[-2]", "[0,8]"),
            "tensor x: shape must be a list of integers, 0 or more and below 2^63"),
        Arguments.of(
            RawSafetensors.tensor("F32", "[2.0]", "[0,8]"),
            "tensor x: shape must be a list of integers, 0 or more and below 2^63"),
        Arguments.of(
            RawSafetensors.tensor("F32", "[[2]]", "[0,8]"),
            "tensor x: shape must be a list of integers, 0 or more and below 2^63"),
        Arguments.of(
            RawSafetensors.tensor("F32", "2", "[0,8]"),
            "tensor x: shape must be a list of integers, 0 or more and below 2^63"),
        Arguments.of(
            RawSafetensors.tensor("F32", "[18446744073709551618]", "[0,8]"),
            "tensor x: shape must be a list of integers, 0 or more and below 2^63"),
        Arguments.of(
            RawSafetensors.tensor("F32", "[4294967296,4294967296]", "[0,8]"),
            "tensor x: shape (=[4294967296, 4294967296]) must be below 2^63 bytes"),
        Arguments.of(
            "{\"__metadata__\":[]," + RawSafetensors.X + "}", "__metadata__ must be an object"),
        Arguments.of(
            "{\"__metadata__\":null," + RawSafetensors.X + "}", "__metadata__ must be an object"),
        Arguments.of(
            "{\"__metadata__\":{\"a\":1}," + RawSafetensors.X + "}",
            "__metadata__.a must be a string"),
        Arguments.of(
            "{\"x\":{\"y\":" + "[".repeat(5000) + "]".repeat(5000) + "}}",
            "header is not valid JSON: Document nesting depth ("),
        Arguments.of(
            "{\"" + "a\\u0000".repeat(500) + "\":1}",
            "tensor " + "a?".repeat(50) + "...: must be an object"));
  }

  @ParameterizedTest
  @MethodSource("badHeaders")
  void refusesBadHeaders(String header, String problem) throws IOException {
    RawSafetensors.assertRefused(folder, RawSafetensors.bytes(header, new byte[8]), problem);
  }

  @Test
  void acceptsTheTensorThatTheBadHeadersVary() throws IOException {
    try (SafetensorsFile file =
        RawSafetensors.open(folder, "{" + RawSafetensors.X + "}", new byte[8])) {
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
    RawSafetensors.assertRefused(
        folder, bytes.putLong(length).put((byte) '{').put((byte) '}').array(), problem);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7})
  void refusesFilesWithoutALength(int size) throws IOException {
    RawSafetensors.assertRefused(
        folder, new byte[size], "length (=" + size + ") must be at least 8");
  }

  @Test
  void refusesEveryTruncation() throws IOException {
    byte[] whole = RawSafetensors.bytes("{" + RawSafetensors.X + "}", new byte[8]);
    for (int length = 0; length < whole.length; length++) {
      Path path = RawSafetensors.write(folder, Arrays.copyOf(whole, length));
      assertThrows(InvalidFileException.class, () -> SafetensorsFile.open(path), "at " + length);
    }
  }

  @Test
  void refusesHeadersThatAreNotUtf8() throws IOException {
    byte[] bytes = RawSafetensors.bytes("{\"??\":1}", new byte[0]);
    bytes[10] = (byte) 0xc3;
    RawSafetensors.assertRefused(folder, bytes, "header must be UTF-8");
  }

  /** Only the documented exceptions may escape, whatever bytes a file has. */
  @Test
  void survivesMutatedFiles() throws IOException {
    byte[] whole =
        RawSafetensors.bytes(
            "{\"__metadata__\":{\"format\":\"pt\"},"
                + RawSafetensors.X
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
}

package org.diffusion4j.core.weights;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.diffusion4j.core.InvalidFileException;

/** Files made byte by byte, good ones and bad ones, and what their readers say of them. */
final class RawSafetensors {
  /** One F32 tensor "x" of two values, as a field of a header. */
  static final String X = "\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}";

  private RawSafetensors() {}

  /** The length, the header as it is, and the data. */
  static byte[] bytes(String header, byte[] data) {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(Long.BYTES + json.length + data.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(json.length)
        .put(json)
        .put(data)
        .array();
  }

  /** A new file in a folder. */
  static Path write(Path folder, byte[] bytes) throws IOException {
    return Files.write(Files.createTempFile(folder, "raw", ".safetensors"), bytes);
  }

  /** A header of two tensors "x" and "y". */
  static String tensor(
      String dtype, String shape, String offsets, String dtypeY, String shapeY, String offsetsY) {
    String x = tensor(dtype, shape, offsets);
    String y = tensor(dtypeY, shapeY, offsetsY).replace("\"x\"", "\"y\"").substring(1);
    return x.substring(0, x.length() - 1) + "," + y;
  }

  /** A header of one tensor "x". */
  static String tensor(String dtype, String shape, String offsets) {
    return String.format(
        Locale.ROOT,
        "{\"x\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":%s}}",
        dtype,
        shape,
        offsets);
  }

  /** A new file, opened. */
  static SafetensorsFile open(Path folder, String header, byte[] data) throws IOException {
    return SafetensorsFile.open(write(folder, bytes(header, data)));
  }

  static void assertRefused(Path folder, byte[] bytes, String problem) throws IOException {
    Path path = write(folder, bytes);
    String message =
        assertThrows(InvalidFileException.class, () -> SafetensorsFile.open(path)).getMessage();
    assertTrue(message.startsWith(path + ": " + problem), message);
  }

  static void assertMessageEnds(String end, Exception exception) {
    assertTrue(exception.getMessage().endsWith(": " + end), exception.getMessage());
  }
}

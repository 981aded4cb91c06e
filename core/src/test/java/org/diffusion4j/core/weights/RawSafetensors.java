package org.diffusion4j.core.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files made byte by byte, good ones and bad ones. */
final class RawSafetensors {
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
}

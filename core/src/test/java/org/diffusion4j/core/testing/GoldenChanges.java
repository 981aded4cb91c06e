package org.diffusion4j.core.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Damages golden files, so that a verification must notice. */
public final class GoldenChanges {
  /** The byte of a little-endian number that has the sign and most of a float's exponent. */
  private static final int SIGN_BYTE = 3;

  private GoldenChanges() {}

  /**
   * Changes one byte of the last value of a tensor: another sign and magnitude for a float, another
   * upper half for a whole number of 64 bits.
   *
   * @param file a safetensors file
   */
  public static void changeValue(Path file, String tensor) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    long headerLength = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
    int dataStart = Long.BYTES + Math.toIntExact(headerLength);
    JsonNode header =
        new ObjectMapper().readTree(Arrays.copyOfRange(bytes, Long.BYTES, dataStart)).get(tensor);
    int size = header.get("dtype").asText().equals("I64") ? Long.BYTES : Float.BYTES;
    int last = dataStart + header.get("data_offsets").get(1).asInt() - size;
    bytes[last + SIGN_BYTE] ^= (byte) 0xc0;
    Files.write(file, bytes);
  }
}

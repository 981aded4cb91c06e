package org.diffusion4j.core.train;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32C;
import org.diffusion4j.core.InvalidFileException;
import org.diffusion4j.core.execution.Execution;
import org.diffusion4j.core.execution.Precision;
import org.diffusion4j.core.testing.ByteMutation;
import org.diffusion4j.core.testing.HostileFileTests;
import org.diffusion4j.core.testing.HostileFiles;
import org.diffusion4j.core.testing.Mutation;
import org.diffusion4j.core.testing.SafetensorsMutation;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.factory.Nd4j;

class CheckpointFuzzTest implements HostileFileTests {
  /** The buffers of the parser and of the checksum. */
  private static final long CONSTANT_BYTES = 8 << 20;

  private static final long BYTES_PER_BYTE = 256;

  private static final int VALUES_BYTES = 6 * Float.BYTES;

  private static final List<String> STEPS =
      List.of("0", "5", "9223372036854775807", "-1", "9223372036854775808", "", "0x7", "1e3");

  @TempDir Path folder;

  @Override
  public HostileFiles hostileFiles() throws IOException {
    Path file = folder.resolve("written");
    checkpoint(file).write(new Progress(7, 2.5));
    byte[] early = Files.readAllBytes(file);
    checkpoint(file).write(new Progress(123_456_789, 1e6));
    return new HostileFiles(
        folder.resolve("checkpoint.safetensors"),
        List.of(early, Files.readAllBytes(file)),
        Mutation.anyOf(new ByteMutation(), new SafetensorsMutation(), CheckpointFuzzTest::sealed),
        bytes -> CONSTANT_BYTES + BYTES_PER_BYTE * bytes.length);
  }

  /** Changes what the progress says, of which the checksum is the right one. */
  private static byte[] sealed(byte[] original, RandomGenerator random) {
    String text = new String(original, StandardCharsets.ISO_8859_1);
    String step = STEPS.get(random.nextInt(STEPS.size()));
    CRC32C checksum = new CRC32C();
    checksum.update((step + " 0.5").getBytes(StandardCharsets.UTF_8));
    checksum.update(original, original.length - VALUES_BYTES, VALUES_BYTES);
    String header =
        text.substring(Long.BYTES, original.length - VALUES_BYTES)
            .replaceAll("\"step\":\"\\d+\"", "\"step\":\"" + step + "\"")
            .replaceAll("\"elapsed_seconds\":\"[^\"]+\"", "\"elapsed_seconds\":\"0.5\"")
            .replaceAll(
                "\"crc32c\":\"[^\"]+\"",
                "\"crc32c\":\"" + Long.toHexString(checksum.getValue()) + "\"");
    return ByteBuffer.allocate(Long.BYTES + header.length() + VALUES_BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(header.length())
        .put(header.getBytes(StandardCharsets.ISO_8859_1))
        .put(original, original.length - VALUES_BYTES, VALUES_BYTES)
        .array();
  }

  /** That of another training is refused by an exception of its own. */
  @Override
  public void read(Path file) {
    try {
      checkpoint(file).read();
    } catch (IllegalArgumentException e) {
      throw new InvalidFileException(file, e.getMessage(), e);
    }
  }

  private static Checkpoint checkpoint(Path file) {
    return new Checkpoint(
        file,
        Map.of("a.weight", Nd4j.createFromArray(1f, 2, 3, 5, 7, 11).reshape(2, 3)),
        Map.of("seed", "3", "loss", "mse"),
        Map.of("b", Nd4j.createFromArray(1f, 2, 3)),
        new Execution("onednn", Precision.F32, 1));
  }
}

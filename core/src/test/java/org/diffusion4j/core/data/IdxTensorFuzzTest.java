package org.diffusion4j.core.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.diffusion4j.core.testing.ByteMutation;
import org.diffusion4j.core.testing.GzipMutation;
import org.diffusion4j.core.testing.HostileFileTests;
import org.diffusion4j.core.testing.HostileFiles;
import org.diffusion4j.core.testing.Mutation;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

class IdxTensorFuzzTest {
  /** The buffers of the streams. */
  private static final long CONSTANT_BYTES = 1 << 18;

  /** The values in pieces and in one. */
  private static final long BYTES_PER_VALUE = 4;

  /** What deflate makes of a byte at best. */
  private static final long MAX_EXPANSION = 1032;

  private static final byte[] IMAGES = idx(0x803, 2, 3, 5);
  private static final byte[] LABELS = idx(0x801, 7);

  /** The dimensions are big-endian, and all of them stand near the start. */
  private static final Mutation DIMENSIONS =
      (original, random) -> {
        byte[] bytes = original.clone();
        int place = random.nextInt(Math.max(1, Math.min(13, bytes.length - 3)));
        if (bytes.length >= place + Integer.BYTES) {
          int[] values = {0, 1, 2, 3, 5, 30, -1, 1 << 16, Integer.MAX_VALUE, random.nextInt()};
          ByteBuffer.wrap(bytes).putInt(place, values[random.nextInt(values.length)]);
        }
        return bytes;
      };

  private static final Mutation PLAIN = Mutation.anyOf(new ByteMutation(), DIMENSIONS);

  @Nested
  class Plain implements HostileFileTests {
    @TempDir Path folder;

    @Override
    public HostileFiles hostileFiles() {
      return new HostileFiles(
          folder.resolve("idx"),
          List.of(IMAGES, LABELS),
          PLAIN,
          bytes -> CONSTANT_BYTES + BYTES_PER_VALUE * bytes.length);
    }

    @Override
    public void read(Path file) throws IOException {
      IdxTensorFuzzTest.read(file);
    }
  }

  @Nested
  class Gzipped implements HostileFileTests {
    @TempDir Path folder;

    @Override
    public HostileFiles hostileFiles() {
      return new HostileFiles(
          folder.resolve("idx.gz"),
          List.of(GzipMutation.packed(IMAGES), GzipMutation.packed(LABELS)),
          Mutation.anyOf(new ByteMutation(), new GzipMutation(PLAIN)),
          bytes -> CONSTANT_BYTES + BYTES_PER_VALUE * MAX_EXPANSION * bytes.length);
    }

    @Override
    public void read(Path file) throws IOException {
      IdxTensorFuzzTest.read(file);
    }
  }

  private static void read(Path file) throws IOException {
    try (InputStream stream = Files.newInputStream(file)) {
      IdxTensor.read(file, stream, Files.size(file));
    }
  }

  private static byte[] idx(int magic, int... shape) {
    int values = 1;
    for (int size : shape) {
      values *= size;
    }
    ByteBuffer bytes = ByteBuffer.allocate(4 + 4 * shape.length + values).putInt(magic);
    for (int size : shape) {
      bytes.putInt(size);
    }
    for (int i = 0; i < values; i++) {
      bytes.put((byte) (i * 89));
    }
    return bytes.array();
  }
}

package org.diffusion4j.core.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.stream.LongStream;
import org.diffusion4j.core.InvalidFileException;
import org.diffusion4j.core.random.Generator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Large tensors, read part by part, and files that shrink meanwhile. */
class SafetensorsWindowsTest {
  @TempDir Path folder;
  private Path path;

  @ParameterizedTest
  @ValueSource(ints = {8, 4096, 1 << 20})
  void readsInSeveralWindows(int windowBytes) throws IOException {
    float[] values = new Generator(5).uniform(2503);
    try (SafetensorsFile file = open(values)) {
      float[] read = new float[values.length];
      file.readWindows(
          file.info("x"),
          windowBytes,
          (window, start, count) -> {
            window.asFloatBuffer().get(read, start, count);
          });
      assertArrayEquals(values, read);
    }
  }

  /** More values than are widened at a time. */
  @ParameterizedTest
  @EnumSource(names = {"F16", "BF16"})
  void widensEveryValueOfLargeTensors(DType dtype) throws IOException {
    int size = 70_001;
    ByteBuffer data = ByteBuffer.allocate(2 * size).order(ByteOrder.LITTLE_ENDIAN);
    float[] expected = new float[size];
    for (int i = 0; i < size; i++) {
      // A period of 127 is in step with no block; whole numbers below 128 are exact in both.
      expected[i] = i % 127;
      data.putShort(
          dtype == DType.F16
              ? ReducedPrecision.floatToHalf(expected[i])
              : ReducedPrecision.floatToBfloat(expected[i]));
    }
    String header =
        String.format(
            Locale.ROOT,
            "{\"x\":{\"dtype\":\"%s\",\"shape\":[%d],\"data_offsets\":[0,%d]}}",
            dtype,
            size,
            2 * size);
    try (SafetensorsFile file = RawSafetensors.open(folder, header, data.array())) {
      assertArrayEquals(expected, file.readFloats("x"));
    }
  }

  @Test
  void readsManyIds() throws IOException {
    int size = 20_011;
    ByteBuffer data = ByteBuffer.allocate(8 * size).order(ByteOrder.LITTLE_ENDIAN);
    long[] expected = LongStream.range(0, size).map(i -> i << 40).toArray();
    data.asLongBuffer().put(expected);
    String header =
        String.format(
            Locale.ROOT,
            "{\"x\":{\"dtype\":\"I64\",\"shape\":[%d],\"data_offsets\":[0,%d]}}",
            size,
            8 * size);
    try (SafetensorsFile file = RawSafetensors.open(folder, header, data.array())) {
      assertArrayEquals(expected, file.readLongs("x"));
    }
  }

  @Test
  void readsBeyondTwoGigabytes() throws IOException {
    long skipped = (1L << 31) + 6;
    String header =
        String.format(
            Locale.ROOT,
            "{\"ids\":{\"dtype\":\"U8\",\"shape\":[%d],\"data_offsets\":[0,%d]},"
                + "\"x\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[%d,%d]}}",
            skipped,
            skipped,
            skipped,
            skipped + 4);
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

  @ParameterizedTest
  @ValueSource(ints = {2, 700_001})
  void saysThatAFileBecameShorter(int size) throws IOException {
    try (SafetensorsFile file = open(new float[size])) {
      shorten(1);
      assertShorter(() -> file.read("x"));
    }
  }

  @Test
  void saysThatAFileBecameShorterBetweenTwoWindows() throws IOException {
    float[] values = new float[2503];
    try (SafetensorsFile file = open(values)) {
      assertShorter(
          () -> file.readWindows(file.info("x"), 4096, (window, start, count) -> shorten(4)));
    }
  }

  private SafetensorsFile open(float[] values) throws IOException {
    ByteBuffer data = ByteBuffer.allocate(Float.BYTES * values.length);
    data.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(values);
    String header =
        String.format(
            Locale.ROOT,
            "{\"x\":{\"dtype\":\"F32\",\"shape\":[%d],\"data_offsets\":[0,%d]}}",
            values.length,
            data.capacity());
    path = RawSafetensors.write(folder, RawSafetensors.bytes(header, data.array()));
    return SafetensorsFile.open(path);
  }

  private void shorten(int bytes) {
    try (RandomAccessFile writable = new RandomAccessFile(path.toFile(), "rw")) {
      writable.setLength(writable.length() - bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void assertShorter(Executable reading) {
    RawSafetensors.assertMessageEnds(
        "became shorter while it was read", assertThrows(InvalidFileException.class, reading));
  }
}

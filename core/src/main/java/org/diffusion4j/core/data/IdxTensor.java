package org.diffusion4j.core.data;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import org.diffusion4j.core.InvalidFileException;

/**
 * An array of unsigned bytes in the IDX format of the MNIST family, plain or gzipped.
 *
 * <p>A file is two zero bytes, the element type, the number of dimensions, each dimension as a
 * big-endian 32-bit integer, and the values in C order (<a
 * href="http://yann.lecun.com/exdb/mnist/">the MNIST database</a>, "the IDX file format").
 */
final class IdxTensor {
  private static final int UNSIGNED_BYTE = 0x08;
  private static final int MAX_DIMENSIONS = 3;

  /** DEFLATE cannot shrink data by more than this (zlib technical details: 1032 to 1). */
  private static final long MAX_GZIP_RATIO = 1032;

  /** The most that a gzipped file may unpack to, twice the largest of EMNIST's: 1 GiB. */
  static final long MAX_UNPACKED_BYTES = 1L << 30;

  private final int[] shape;
  private final byte[] values;

  private IdxTensor(int[] shape, byte[] values) {
    this.shape = shape;
    this.values = values;
  }

  /**
   * Reads a whole file.
   *
   * @param file what errors name
   * @param length the length of the file in bytes, or {@link Long#MAX_VALUE} where it is not known
   * @throws InvalidFileException if the stream is not exactly one IDX file of unsigned bytes
   */
  static IdxTensor read(Path file, InputStream stream, long length) {
    try {
      BufferedInputStream buffered = new BufferedInputStream(stream);
      boolean zipped = isGzip(buffered);
      InputStream plain = zipped ? new GZIPInputStream(buffered) : buffered;
      long bound = zipped ? mostUnpacked(length) : length;
      return readPlain(file, new DataInputStream(plain), bound);
    } catch (EOFException e) {
      throw new InvalidFileException(file, "ends before the values that its header tells of", e);
    } catch (IOException e) {
      throw new InvalidFileException(file, "cannot be read: " + e.getMessage(), e);
    }
  }

  /** What a gzipped file of a length can hold. */
  private static long mostUnpacked(long length) {
    return Math.min(Math.min(length, MAX_UNPACKED_BYTES) * MAX_GZIP_RATIO, MAX_UNPACKED_BYTES);
  }

  private static boolean isGzip(BufferedInputStream stream) throws IOException {
    stream.mark(2);
    int magic = stream.read() | stream.read() << 8;
    stream.reset();
    return magic == GZIPInputStream.GZIP_MAGIC;
  }

  private static IdxTensor readPlain(Path file, DataInputStream in, long bound) throws IOException {
    int magic = in.readInt();
    int dimensions = magic & 0xff;
    if (magic >>> 8 != UNSIGNED_BYTE || dimensions < 1 || dimensions > MAX_DIMENSIONS) {
      throw new InvalidFileException(
          file,
          String.format(
              Locale.ROOT,
              "magic number (=0x%08x) must be 0x00000801 to 0x0000080%d",
              magic,
              MAX_DIMENSIONS));
    }
    int[] shape = new int[dimensions];
    long size = 1;
    for (int axis = 0; axis < dimensions; axis++) {
      shape[axis] = in.readInt();
      if (shape[axis] <= 0) {
        throw new InvalidFileException(
            file, "dimension " + axis + " (=" + shape[axis] + ") must be positive");
      }
      size = Math.min(size, Integer.MAX_VALUE) * shape[axis];
    }
    if (size > Math.min(bound, Integer.MAX_VALUE)) {
      throw new InvalidFileException(
          file,
          "number of values (="
              + String.join(" x ", Arrays.stream(shape).mapToObj(Integer::toString).toList())
              + ") must be at most what its length has room for (="
              + Math.min(bound, Integer.MAX_VALUE)
              + ")");
    }
    // readNBytes allocates as bytes arrive, so a header that lies costs nothing.
    byte[] values = in.readNBytes((int) size);
    if (values.length < size) {
      throw new InvalidFileException(
          file, "number of bytes after the header (=" + values.length + ") must be " + size);
    }
    if (in.read() >= 0) {
      throw new InvalidFileException(
          file, "must end after the " + size + " values that its header tells of");
    }
    return new IdxTensor(shape, values);
  }

  int dimensions() {
    return shape.length;
  }

  int size(int axis) {
    return shape[axis];
  }

  /** The unsigned bytes in C order; not a copy. */
  byte[] values() {
    return values;
  }
}

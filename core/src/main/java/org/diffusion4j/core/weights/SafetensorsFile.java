package org.diffusion4j.core.weights;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ShortBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import org.diffusion4j.core.InvalidFileException;
import org.diffusion4j.core.check.Texts;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A safetensors file, open for reading tensor by tensor.
 *
 * <p>Opening reads and checks the header alone, so a file of any size opens at once. Tensors are
 * read through the file's channel, but for all the weights of a model ({@link WeightsFile#load}),
 * which are mapped window by window and copied on threads of their own: where a mapped file shrinks
 * meanwhile, Java 17 throws its error later, out of whatever the thread then runs.
 *
 * <p>Tensors may be read by several threads at a time.
 */
public final class SafetensorsFile implements TensorSource {
  /** What is read at once; a multiple of every dtype's size. */
  private static final int WINDOW_BYTES = 1 << 20;

  /** 16-bit values that are widened at a time; they stay in the first-level cache. */
  private static final int WIDENED = 1 << 13;

  /** The longest array that every Java virtual machine can make. */
  private static final int MAX_ARRAY_SIZE = Integer.MAX_VALUE - 8;

  /** The highest rank that ND4J supports. */
  private static final int MAX_RANK = 32;

  private final Path file;
  private final UninterruptibleFile bytes;
  private final SafetensorsHeader header;
  private final long dataStart;

  private SafetensorsFile(UninterruptibleFile bytes) throws IOException {
    this.file = bytes.path();
    this.bytes = bytes;
    long size = bytes.length();
    if (size < SafetensorsHeader.LENGTH_BYTES) {
      throw new InvalidFileException(
          file, "length (=" + size + ") must be at least " + SafetensorsHeader.LENGTH_BYTES);
    }
    ByteBuffer length = bytes.readFully(ByteBuffer.allocate(SafetensorsHeader.LENGTH_BYTES), 0);
    long headerLength = length.order(ByteOrder.LITTLE_ENDIAN).getLong();
    if (headerLength < 0 || headerLength > SafetensorsHeader.MAX_LENGTH) {
      throw new InvalidFileException(
          file,
          String.format(
              "header length (=%s) must be at most %d",
              Long.toUnsignedString(headerLength), SafetensorsHeader.MAX_LENGTH));
    }
    dataStart = SafetensorsHeader.LENGTH_BYTES + headerLength;
    if (dataStart > size) {
      throw new InvalidFileException(
          file,
          String.format(
              "header length (=%d) must be at most the %d bytes that follow it",
              headerLength, size - SafetensorsHeader.LENGTH_BYTES));
    }
    ByteBuffer json =
        bytes.readFully(ByteBuffer.allocate((int) headerLength), SafetensorsHeader.LENGTH_BYTES);
    header = SafetensorsHeader.parse(file, json.array(), size - dataStart);
  }

  /**
   * Opens a file and checks its header.
   *
   * @throws InvalidFileException if it is not a safetensors file, is truncated, or its tensors
   *     overlap, leave gaps or disagree with their shapes
   * @throws UncheckedIOException if it is missing or cannot be read
   */
  public static SafetensorsFile open(Path file) {
    if (Files.isDirectory(file)) {
      throw unreadable(file, new FileSystemException(file.toString(), null, "it is a folder"));
    }
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      // Opening a pipe waits for somebody who writes to it.
      throw new InvalidFileException(file, "must be a file");
    }
    try {
      UninterruptibleFile bytes = new UninterruptibleFile(file);
      try {
        return new SafetensorsFile(bytes);
      } catch (IOException | RuntimeException e) {
        bytes.close();
        throw e;
      }
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  /** The names of the tensors in the order of the header. */
  @Override
  public Set<String> names() {
    return Collections.unmodifiableSet(header.tensors().keySet());
  }

  /** Free text by key. */
  public Map<String, String> metadata() {
    return Collections.unmodifiableMap(header.metadata());
  }

  /**
   * Type and shape of a tensor.
   *
   * @throws IllegalArgumentException if there is none of that name
   */
  @Override
  public TensorInfo info(String name) {
    TensorInfo info = header.tensors().get(name);
    if (info == null) {
      throw new IllegalArgumentException("no tensor of " + file + " is named " + name);
    }
    return info;
  }

  /**
   * The values of a tensor, C-ordered: FLOAT for F32, F16 and BF16, LONG for I64.
   *
   * @throws IllegalArgumentException if there is none of that name
   * @throws InvalidFileException if it has another type, more values than an array holds or more
   *     dimensions than ND4J takes
   * @throws UncheckedIOException if the file cannot be read
   */
  public INDArray read(String name) {
    TensorInfo info = info(name);
    long[] shape = info.shapeArray();
    if (shape.length > MAX_RANK) {
      throw new InvalidFileException(
          file,
          String.format(
              "tensor %s: rank (=%d) must be at most %d",
              Texts.quote(name), shape.length, MAX_RANK));
    }
    if (info.dtype() == DType.I64) {
      long[] values = readLongs(name);
      if (values.length == 0) {
        return Nd4j.create(DataType.INT64, shape);
      }
      return shape.length == 0
          ? Nd4j.scalar(values[0])
          : Nd4j.createFromArray(values).reshape('c', shape);
    }
    return HostArrays.of(readFloats(name), shape);
  }

  /**
   * The values of an F32, F16 or BF16 tensor in C order.
   *
   * @throws IllegalArgumentException if there is none of that name
   * @throws InvalidFileException if it has another type or more values than an array holds
   * @throws UncheckedIOException if the file cannot be read
   */
  @Override
  public float[] readFloats(String name) {
    TensorInfo info = floats(name);
    float[] values = new float[arraySize(name, info)];
    readWindows(
        info,
        WINDOW_BYTES,
        (window, start, count) -> decode(window, info.dtype(), values, start, count));
    return values;
  }

  @Override
  public void copyFloats(String name, MappedCopies copies, int pieceSize, FloatPieces pieces) {
    TensorInfo info = floats(name);
    int size = arraySize(name, info);
    int valueBytes = info.dtype().bytes();
    try {
      for (int start = 0; start < size; start += pieceSize) {
        int first = start;
        int count = Math.min(pieceSize, size - start);
        copies.copy(
            bytes,
            dataStart + info.begin() + (long) start * valueBytes,
            count * valueBytes,
            (part, buffer) -> {
              decode(part, info.dtype(), buffer, 0, count);
              pieces.accept(buffer, first, count);
            });
      }
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private TensorInfo floats(String name) {
    TensorInfo info = info(name);
    DType dtype = info.dtype();
    if (dtype != DType.F32 && dtype != DType.F16 && dtype != DType.BF16) {
      throw unsupported(name, dtype);
    }
    return info;
  }

  private static void decode(ByteBuffer window, DType dtype, float[] to, int start, int count) {
    if (dtype == DType.F32) {
      window.asFloatBuffer().get(to, start, count);
    } else {
      widen(window.asShortBuffer(), dtype, to, start, count);
    }
  }

  /**
   * The values of an I64 tensor in C order.
   *
   * @throws IllegalArgumentException if there is none of that name
   * @throws InvalidFileException if it has another type or more values than an array holds
   * @throws UncheckedIOException if the file cannot be read
   */
  public long[] readLongs(String name) {
    TensorInfo info = info(name);
    if (info.dtype() != DType.I64) {
      throw unsupported(name, info.dtype());
    }
    long[] values = new long[arraySize(name, info)];
    readWindows(
        info,
        WINDOW_BYTES,
        (window, start, count) -> window.asLongBuffer().get(values, start, count));
    return values;
  }

  @Override
  public void close() {
    try {
      bytes.close();
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private static void widen(ShortBuffer from, DType dtype, float[] to, int start, int count) {
    short[] bits = new short[Math.min(WIDENED, count)];
    for (int done = 0; done < count; done += WIDENED) {
      int n = Math.min(WIDENED, count - done);
      from.get(bits, 0, n);
      if (dtype == DType.F16) {
        ReducedPrecision.halvesToFloats(bits, to, start + done, n);
      } else {
        ReducedPrecision.bfloatsToFloats(bits, to, start + done, n);
      }
    }
  }

  /** Copies a part of a tensor. */
  interface WindowReader {
    /** Takes {@code count} values of the window, the first of which is value {@code start}. */
    void accept(ByteBuffer window, int start, int count);
  }

  /** Gives the bytes of a tensor part by part. */
  void readWindows(TensorInfo info, int windowBytes, WindowReader reader) {
    long size = info.end() - info.begin();
    ByteBuffer window = ByteBuffer.allocate((int) Math.min(windowBytes, size));
    int valueBytes = info.dtype().bytes();
    try {
      for (long done = 0; done < size; done += window.limit()) {
        window.clear().limit((int) Math.min(window.capacity(), size - done));
        bytes.readFully(window, dataStart + info.begin() + done);
        reader.accept(
            window.order(ByteOrder.LITTLE_ENDIAN),
            (int) (done / valueBytes),
            window.limit() / valueBytes);
      }
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private int arraySize(String name, TensorInfo info) {
    if (info.size() > MAX_ARRAY_SIZE) {
      throw new InvalidFileException(
          file,
          String.format(
              "tensor %s: size (=%d) must be at most %d values",
              Texts.quote(name), info.size(), MAX_ARRAY_SIZE));
    }
    return (int) info.size();
  }

  private InvalidFileException unsupported(String name, DType dtype) {
    return new InvalidFileException(
        file,
        String.format(
            "tensor %s: dtype (=%s) must be one of F32, F16, BF16 for FLOAT or I64 for LONG",
            Texts.quote(name), dtype));
  }

  static UncheckedIOException unreadable(Path file, IOException cause) {
    String reason = cause.getMessage();
    if (cause instanceof NoSuchFileException) {
      reason = "there is no such file";
    } else if (cause instanceof FileSystemException fileSystem && fileSystem.getReason() != null) {
      reason = fileSystem.getReason();
    }
    return new UncheckedIOException("cannot read " + file + ": " + reason, cause);
  }
}

package org.diffusion4j.core.weights;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.ShortBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.diffusion4j.core.files.AtomicFiles;
import org.diffusion4j.core.files.Json;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Writes safetensors files, byte for byte the same for the same tensors.
 *
 * <p>As in the reference implementation the types with larger values come first, so that every
 * tensor is aligned, and spaces pad the header to a multiple of 8 bytes. Within a type the order is
 * the map's. Metadata is sorted by key.
 */
public final class SafetensorsWriter {
  private static final int ALIGNMENT = 8;

  /** What is written at once; a multiple of every dtype's size. */
  private static final int CHUNK_BYTES = 1 << 20;

  private SafetensorsWriter() {}

  /**
   * Writes a file, or replaces it; a file that was there stays as it was until the new one is
   * whole.
   *
   * @param file the target; its folder must exist
   * @param tensors FLOAT tensors, which are written as {@code dtype}, and LONG tensors, which are
   *     written as I64; views and any order in memory
   * @param dtype F32, F16 or BF16; the latter two round to nearest, ties to even
   * @param metadata free text by key, such as {@code format: pt}
   * @throws IllegalArgumentException if {@code dtype} is another one, or a tensor has another type
   *     or a reserved name
   * @throws UncheckedIOException if the file cannot be written
   */
  public static void write(
      Path file, Map<String, INDArray> tensors, DType dtype, Map<String, String> metadata) {
    Map<String, PendingTensor> pending = new LinkedHashMap<>();
    tensors.forEach((name, array) -> pending.put(name, PendingTensor.of(array)));
    writePending(file, pending, dtype, metadata);
  }

  /** The same with tensors whose values are asked for one after the other, in the map's order. */
  static void writePending(
      Path file, Map<String, PendingTensor> tensors, DType dtype, Map<String, String> metadata) {
    if (dtype != DType.F32 && dtype != DType.F16 && dtype != DType.BF16) {
      throw new IllegalArgumentException("dtype (=" + dtype + ") must be F32, F16 or BF16");
    }
    Map<String, TensorInfo> infos = plan(tensors, dtype);
    ByteBuffer header = header(infos, metadata);
    try {
      AtomicFiles.write(
          file,
          channel -> {
            writeFully(channel, header);
            ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
            for (Map.Entry<String, TensorInfo> entry : infos.entrySet()) {
              writeTensor(channel, tensors.get(entry.getKey()), entry.getValue().dtype(), chunk);
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file + ": " + e.getMessage(), e);
    }
  }

  /** Where each tensor goes, in the order of the file. */
  private static Map<String, TensorInfo> plan(Map<String, PendingTensor> tensors, DType dtype) {
    List<Map.Entry<String, DType>> ordered = new ArrayList<>();
    tensors.forEach((name, tensor) -> ordered.add(Map.entry(name, dtype(name, tensor, dtype))));
    ordered.sort(Comparator.comparingInt(entry -> -entry.getValue().bytes()));
    Map<String, TensorInfo> infos = new LinkedHashMap<>();
    long begin = 0;
    for (Map.Entry<String, DType> entry : ordered) {
      PendingTensor tensor = tensors.get(entry.getKey());
      long end = begin + tensor.size() * entry.getValue().bytes();
      infos.put(entry.getKey(), new TensorInfo(entry.getValue(), tensor.shape(), begin, end));
      begin = end;
    }
    return infos;
  }

  private static DType dtype(String name, PendingTensor tensor, DType floating) {
    if (name.equals(SafetensorsHeader.METADATA)) {
      throw new IllegalArgumentException("no tensor may be named " + name);
    }
    if (tensor.type() == DataType.FLOAT) {
      return floating;
    } else if (tensor.type() == DataType.INT64) {
      return DType.I64;
    }
    throw new IllegalArgumentException(
        "type of tensor " + name + " (=" + tensor.type() + ") must be FLOAT or INT64");
  }

  private static ByteBuffer header(Map<String, TensorInfo> infos, Map<String, String> metadata) {
    ByteArrayOutputStream json = new ByteArrayOutputStream();
    try (JsonGenerator generator = Json.write(json)) {
      generator.writeStartObject();
      if (!metadata.isEmpty()) {
        generator.writeObjectFieldStart(SafetensorsHeader.METADATA);
        for (Map.Entry<String, String> entry : new TreeMap<>(metadata).entrySet()) {
          generator.writeStringField(entry.getKey(), entry.getValue());
        }
        generator.writeEndObject();
      }
      for (Map.Entry<String, TensorInfo> entry : infos.entrySet()) {
        TensorInfo info = entry.getValue();
        long[] shape = info.shapeArray();
        generator.writeObjectFieldStart(entry.getKey());
        generator.writeStringField("dtype", info.dtype().name());
        generator.writeFieldName("shape");
        generator.writeArray(shape, 0, shape.length);
        generator.writeFieldName("data_offsets");
        generator.writeArray(new long[] {info.begin(), info.end()}, 0, 2);
        generator.writeEndObject();
      }
      generator.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    while (json.size() % ALIGNMENT != 0) {
      json.write(' ');
    }
    if (json.size() > SafetensorsHeader.MAX_LENGTH) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "names, shapes and metadata take %d bytes; at most %d may be written",
              json.size(),
              SafetensorsHeader.MAX_LENGTH));
    }
    return ByteBuffer.allocate(SafetensorsHeader.LENGTH_BYTES + json.size())
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(json.size())
        .put(json.toByteArray())
        .flip();
  }

  private static void writeTensor(
      FileChannel channel, PendingTensor tensor, DType dtype, ByteBuffer chunk) throws IOException {
    Buffer values = tensor.values().get();
    if (values.remaining() != tensor.size()) {
      throw new IllegalStateException(
          "values (=" + values.remaining() + ") must be as many as " + tensor.shape());
    }
    int step = chunk.capacity() / dtype.bytes();
    int end = values.limit();
    while (values.position() < end) {
      int count = Math.min(step, end - values.position());
      chunk.clear().limit(count * dtype.bytes());
      values.limit(values.position() + count);
      switch (dtype) {
        case I64 -> chunk.asLongBuffer().put((LongBuffer) values);
        case F32 -> chunk.asFloatBuffer().put((FloatBuffer) values);
        default -> narrow((FloatBuffer) values, dtype, chunk.asShortBuffer());
      }
      values.limit(end);
      writeFully(channel, chunk);
    }
  }

  private static void narrow(FloatBuffer from, DType dtype, ShortBuffer to) {
    if (dtype == DType.F16) {
      while (from.hasRemaining()) {
        to.put(ReducedPrecision.floatToHalf(from.get()));
      }
    } else {
      while (from.hasRemaining()) {
        to.put(ReducedPrecision.floatToBfloat(from.get()));
      }
    }
  }

  private static void writeFully(FileChannel channel, ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }
}

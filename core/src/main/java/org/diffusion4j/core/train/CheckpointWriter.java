package org.diffusion4j.core.train;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.diffusion4j.core.files.Json;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Writes FLOAT arrays as they lie in memory to a safetensors file. */
final class CheckpointWriter {
  /** The data begins at a multiple of this, as safetensors' own writer has it. */
  private static final int ALIGNMENT = 8;

  private static final int CHUNK_FLOATS = 1 << 18;

  private CheckpointWriter() {}

  /** Writes the whole content of a file. */
  static void write(
      FileChannel channel, Map<String, INDArray> tensors, Map<String, String> metadata)
      throws IOException {
    ByteBuffer chunk =
        ByteBuffer.allocateDirect(CHUNK_FLOATS * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    writeFully(channel, header(tensors, metadata));
    for (Map.Entry<String, INDArray> tensor : tensors.entrySet()) {
      FloatBuffer values = HostFloats.of(tensor.getKey(), tensor.getValue());
      for (int from = 0; from < values.capacity(); from += CHUNK_FLOATS) {
        int n = Math.min(CHUNK_FLOATS, values.capacity() - from);
        chunk.clear().limit(n * Float.BYTES);
        chunk.asFloatBuffer().put(0, values, from, n);
        writeFully(channel, chunk);
      }
    }
  }

  private static ByteBuffer header(Map<String, INDArray> tensors, Map<String, String> metadata) {
    ObjectNode json = Json.object();
    ObjectNode text = json.putObject("__metadata__");
    metadata.forEach(text::put);
    long offset = 0;
    for (Map.Entry<String, INDArray> tensor : tensors.entrySet()) {
      ObjectNode info = json.putObject(tensor.getKey()).put("dtype", "F32");
      ArrayNode shape = info.putArray("shape");
      for (long dimension : tensor.getValue().shape()) {
        shape.add(dimension);
      }
      long end = offset + tensor.getValue().length() * Float.BYTES;
      info.putArray("data_offsets").add(offset).add(end);
      offset = end;
    }
    byte[] bytes = json.toString().getBytes(StandardCharsets.UTF_8);
    int padding = Math.floorMod(-bytes.length, ALIGNMENT);
    ByteBuffer header =
        ByteBuffer.allocate(Long.BYTES + bytes.length + padding).order(ByteOrder.LITTLE_ENDIAN);
    header.putLong(bytes.length + padding).put(bytes);
    header.put(" ".repeat(padding).getBytes(StandardCharsets.UTF_8));
    return header.flip();
  }

  private static void writeFully(FileChannel channel, ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }
}

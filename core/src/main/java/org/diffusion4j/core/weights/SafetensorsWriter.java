package org.diffusion4j.core.weights;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Temporary. */
public final class SafetensorsWriter {
  private SafetensorsWriter() {}

  /** Writes. */
  public static void write(Path file, Map<String, INDArray> t, Map<String, String> metadata) {
    ObjectNode n = new ObjectMapper().createObjectNode();
    ObjectNode md = n.putObject("__metadata__");
    metadata.forEach(md::put);
    long[] o = {0};
    t.forEach(
        (k, a) -> {
          ObjectNode e = n.putObject(k);
          e.put("dtype", "F32");
          var s = e.putArray("shape");
          for (long d : a.shape()) {
            s.add(d);
          }
          e.putArray("data_offsets").add(o[0]).add(o[0] + 4 * a.length());
          o[0] += 4 * a.length();
        });
    byte[] h = n.toString().getBytes(StandardCharsets.UTF_8);
    ByteBuffer b = ByteBuffer.allocate((int) (8 + h.length + o[0])).order(ByteOrder.LITTLE_ENDIAN);
    b.putLong(h.length).put(h);
    t.values()
        .forEach(
            a -> {
              for (float f : a.ravel().toFloatVector()) {
                b.putFloat(f);
              }
            });
    b.flip();
    try {
      Path tmp =
          Files.createTempFile(
              file.toAbsolutePath().getParent(), file.getFileName().toString(), ".tmp");
      try (FileChannel c = FileChannel.open(tmp, StandardOpenOption.WRITE)) {
        while (b.hasRemaining()) {
          c.write(b);
        }
        c.force(true);
      }
      Files.move(tmp, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

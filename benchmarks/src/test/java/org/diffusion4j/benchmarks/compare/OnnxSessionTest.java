package org.diffusion4j.benchmarks.compare;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.diffusion4j.core.graph.Graph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.factory.Nd4j;

@InOwnProcess
class OnnxSessionTest {
  private static final int IR_VERSION = 8;
  private static final int OPERATORS_VERSION = 17;

  private static NetworkTask task(Path weights) {
    return new NetworkTask(
        new Graph(),
        Map.of(
            "a", Nd4j.createFromArray(1f, 2, 3, 4, 5, 6).reshape(2, 3),
            "b", Nd4j.createFromArray(10f, 20, 30).reshape(3)),
        "sum",
        false,
        weights);
  }

  @Test
  void runsAModel(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("model.onnx");
    Files.write(file, sumOfTwo());
    try (Session session = OnnxSession.open(task(folder), file, 1)) {
      assertArrayEquals(new float[] {11, 22, 33, 14, 25, 36}, session.run());
      assertArrayEquals(new float[] {11, 22, 33, 14, 25, 36}, session.run());
    }
  }

  @Test
  void refusesWhatIsNoModel(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("model.onnx");
    Files.write(file, new byte[] {1, 2, 3});
    assertThrows(IllegalStateException.class, () -> OnnxSession.open(task(folder), file, 1));
  }

  /** {@code sum = a + b} as a ModelProto of onnx.proto. */
  private static byte[] sumOfTwo() {
    byte[] node =
        message(
            field(1, text("a")), field(1, text("b")), field(2, text("sum")), field(4, text("Add")));
    byte[] graph =
        message(
            field(1, node),
            field(2, text("graph")),
            field(11, value("a", 2, 3)),
            field(11, value("b", 3)),
            field(12, value("sum", 2, 3)));
    byte[] operators = message(field(1, text("")), number(2, OPERATORS_VERSION));
    return message(number(1, IR_VERSION), field(7, graph), field(8, operators));
  }

  /** A ValueInfoProto of floats. */
  private static byte[] value(String name, int... sizes) {
    ByteArrayOutputStream shape = new ByteArrayOutputStream();
    for (int size : sizes) {
      shape.writeBytes(field(1, number(1, size)));
    }
    byte[] tensor = message(number(1, 1), field(2, shape.toByteArray()));
    return message(field(1, text(name)), field(2, field(1, tensor)));
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] message(byte[]... fields) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (byte[] field : fields) {
      bytes.writeBytes(field);
    }
    return bytes.toByteArray();
  }

  /** A length-delimited field; all here are shorter than 128 bytes. */
  private static byte[] field(int tag, byte[] content) {
    return message(new byte[] {(byte) (tag << 3 | 2), (byte) content.length}, content);
  }

  private static byte[] number(int tag, int value) {
    return new byte[] {(byte) (tag << 3), (byte) value};
  }
}

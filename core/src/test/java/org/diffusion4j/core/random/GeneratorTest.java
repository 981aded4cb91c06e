package org.diffusion4j.core.random;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class GeneratorTest {
  private static final double NORMAL_TOLERANCE = 1e-6;

  @TestFactory
  List<DynamicTest> drawsWhatTorchDraws() throws IOException {
    Golden golden = Golden.read();
    Map<Long, Generator> afterPermutation = new HashMap<>();
    List<DynamicTest> tests = new ArrayList<>();
    for (JsonNode testCase : golden.json.get("cases")) {
      tests.add(
          dynamicTest(
              testCase.get("name").asText(), () -> check(testCase, golden, afterPermutation)));
    }
    return tests;
  }

  private static void check(JsonNode testCase, Golden golden, Map<Long, Generator> generators) {
    String name = testCase.get("name").asText();
    long seed = testCase.get("seed").asLong();
    Generator generator = new Generator(seed);
    switch (testCase.get("kind").asText()) {
      case "rand" -> {
        long[] shape = shape(testCase.get("shape"));
        INDArray values = generator.rand(shape);
        assertArrayEquals(shape, values.shape());
        assertArrayEquals(golden.floats(name), values.dup('c').data().asFloat());
      }
      case "randn" -> checkNormal(generator, testCase.get("shape"), golden.floats(name));
      case "sequence" ->
          testCase
              .get("shapes")
              .properties()
              .forEach(
                  draw ->
                      checkNormal(
                          generator, draw.getValue(), golden.floats(name + "/" + draw.getKey())));
      case "randperm" -> {
        int[] permutation = generator.randperm(testCase.get("n").asInt());
        assertArrayEquals(
            golden.longs(name), java.util.Arrays.stream(permutation).asLongStream().toArray());
        generators.put(seed, generator);
      }
      case "randint" -> {
        long[] expected = golden.longs(name);
        assertArrayEquals(
            expected,
            generators
                .get(seed)
                .randint(
                    testCase.get("low").asLong(), testCase.get("high").asLong(), expected.length));
      }
      default -> throw new AssertionError("no check for " + testCase);
    }
  }

  private static void checkNormal(Generator generator, JsonNode shapeNode, float[] expected) {
    long[] shape = shape(shapeNode);
    INDArray values = generator.randn(shape);
    assertArrayEquals(shape, values.shape());
    assertEquals(DataType.FLOAT, values.dataType());
    assertArrayEquals(expected, values.dup('c').data().asFloat(), (float) NORMAL_TOLERANCE);
  }

  private static long[] shape(JsonNode node) {
    return StreamSupport.stream(node.spliterator(), false).mapToLong(JsonNode::asLong).toArray();
  }

  @Test
  void plainArraysHoldTheSameDrawsAsTensors() {
    Generator plain = new Generator(7);
    Generator tensors = new Generator(7);
    assertArrayEquals(tensors.randn(3, 11).data().asFloat(), plain.normal(33));
    assertArrayEquals(tensors.rand(2, 5).data().asFloat(), plain.uniform(10));
  }

  @Test
  void aScalarIsOneDraw() {
    INDArray scalar = new Generator(7).randn();
    assertEquals(0, scalar.rank());
    assertEquals(new Generator(7).normal(1)[0], scalar.getFloat());
  }

  @Test
  void anEmptyDrawChangesNothing() {
    Generator generator = new Generator(3);
    assertEquals(0, generator.normal(0).length + generator.uniform(0).length);
    assertEquals(0, generator.randperm(0).length + generator.randint(0, 1, 0).length);
    assertArrayEquals(new Generator(3).normal(5), generator.normal(5));
  }

  @Test
  void manyNormalValuesHaveMeanZeroAndVarianceOne() {
    float[] values = new Generator(11).normal(1_000_003);
    double sum = 0;
    double squares = 0;
    for (float value : values) {
      sum += value;
      squares += value * value;
    }
    // Five standard errors: 5 / sqrt(n) and 5 sqrt(2 / n).
    assertEquals(0, sum / values.length, 0.005);
    assertEquals(1, squares / values.length, 0.0071);
  }

  @Test
  void onlyTheLowerHalfOfTheSeedCounts() {
    assertArrayEquals(new Generator(5).uniform(7), new Generator(5 + (1L << 32)).uniform(7));
    assertArrayEquals(new Generator(0xffffffffL).uniform(7), new Generator(-1).uniform(7));
  }

  @Test
  void wideRangesOfIntegersStayInside() {
    long low = -(1L << 40);
    long high = 1L << 41;
    boolean beyondIntegers = false;
    for (long value : new Generator(2).randint(low, high, 101)) {
      assertEquals(true, low <= value && value < high, () -> "outside: " + value);
      beyondIntegers |= Math.abs(value) > LONG_RANGE;
    }
    assertEquals(true, beyondIntegers);
  }

  private static final long LONG_RANGE = 1L << 32;

  @Test
  void derivedSeedsDependOnSeedPathAndOrder() {
    assertEquals(Generator.derive(1, 2, 3), Generator.derive(1, 2, 3));
    Set<Integer> seeds = new HashSet<>();
    int count = 0;
    for (long seed = 0; seed < 7; seed++) {
      for (long a = 0; a < 11; a++) {
        for (long b = 0; b < 13; b++) {
          seeds.add((int) Generator.derive(seed, a, b));
          count++;
        }
      }
    }
    assertEquals(count, seeds.size());
    assertNotEquals(Generator.derive(1), Generator.derive(1, 0));
  }

  @Test
  void derivationIsSplitMix64() {
    // The first output of the reference implementation of SplitMix64 seeded with 0.
    assertEquals(0xe220a8397b1dcdafL, Generator.derive(0));
  }

  @Test
  void refusesWhatCannotBeDrawn() {
    Generator generator = new Generator(0);
    assertMessage("n (=-1) must not be negative", () -> generator.normal(-1));
    assertMessage(
        "shape (=[2, 0]) must have positive dimensions and fewer than 2^31 values",
        () -> generator.rand(2, 0));
    assertMessage(
        "shape (=[65536, 65536]) must have positive dimensions and fewer than 2^31 values",
        () -> generator.randn(65536, 65536));
    assertMessage(
        "high (=3) must be above low (=3) by less than 2^63", () -> generator.randint(3, 3, 1));
    assertMessage(
        "high (=9223372036854775807) must be above low (=-1) by less than 2^63",
        () -> generator.randint(-1, Long.MAX_VALUE, 1));
  }

  private static void assertMessage(
      String message, org.junit.jupiter.api.function.Executable executable) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, executable).getMessage());
  }

  private record Golden(JsonNode json, JsonNode header, ByteBuffer data) {
    static Golden read() throws IOException {
      ObjectMapper mapper = new ObjectMapper();
      try (InputStream json = GeneratorTest.class.getResourceAsStream("/golden/random/io.json");
          InputStream tensors =
              GeneratorTest.class.getResourceAsStream("/golden/random/io.safetensors")) {
        ByteBuffer bytes = ByteBuffer.wrap(tensors.readAllBytes()).order(ByteOrder.LITTLE_ENDIAN);
        byte[] header = new byte[(int) bytes.getLong()];
        bytes.get(header);
        return new Golden(
            mapper.readTree(json),
            mapper.readTree(header),
            bytes.slice().order(ByteOrder.LITTLE_ENDIAN));
      }
    }

    private ByteBuffer tensor(String name) {
      JsonNode offsets = header.get(name).get("data_offsets");
      int start = offsets.get(0).asInt();
      return data.slice(start, offsets.get(1).asInt() - start).order(ByteOrder.LITTLE_ENDIAN);
    }

    float[] floats(String name) {
      float[] values = new float[tensor(name).remaining() / Float.BYTES];
      tensor(name).asFloatBuffer().get(values);
      return values;
    }

    long[] longs(String name) {
      long[] values = new long[tensor(name).remaining() / Long.BYTES];
      tensor(name).asLongBuffer().get(values);
      return values;
    }
  }
}

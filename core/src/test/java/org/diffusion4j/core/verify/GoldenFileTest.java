package org.diffusion4j.core.verify;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.diffusion4j.core.InvalidFileException;
import org.diffusion4j.core.weights.DType;
import org.diffusion4j.core.weights.SafetensorsWriter;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Golden files of strangers: what they say, or one sentence on what is wrong with them. */
class GoldenFileTest {
  private static final String CASE =
      "{\"name\":\"a\",\"inputs\":{\"x\":[2,3]},\"outputs\":{\"y\":[]},\"grads\":[\"grad_x\"]}";

  @TempDir Path folder;
  private Path json;
  private Path tensors;

  @BeforeEach
  void writeTensors() {
    json = folder.resolve("some.json");
    tensors = folder.resolve("some.safetensors");
    write("a/x", "a/y", "a/grad_x");
  }

  /** Tensors of shape [2, 3], or scalars if they are called y. */
  private void write(String... names) {
    Map<String, INDArray> arrays = new TreeMap<>();
    for (String name : names) {
      arrays.put(name, name.endsWith("y") ? Nd4j.scalar(5f) : Nd4j.ones(DataType.FLOAT, 2, 3));
    }
    SafetensorsWriter.write(tensors, arrays, DType.F32, Map.of());
  }

  private GoldenFile open(String content) throws IOException {
    Files.writeString(json, content);
    return GoldenFile.open(json);
  }

  private static String cases(String... cases) {
    return "{\"cases\":[" + String.join(",", cases) + "]}";
  }

  private static void assertInvalid(Path file, String problem, Executable executable) {
    var error = assertThrows(InvalidFileException.class, executable);
    assertTrue(error.getMessage().startsWith(file + ": " + problem), error.getMessage());
    assertEquals(1, error.getMessage().lines().count());
  }

  @Test
  void aCaseHasItsTensors() throws IOException {
    GoldenCase golden = open(cases(CASE)).cases().get(0);
    golden.requireListedTensors(Set.of());
    assertEquals("a", golden.name());
    assertArrayEquals(new long[] {2, 3}, golden.shape("x"));
    assertEquals(5, golden.tensor("y").getFloat());
  }

  @Test
  void theJsonMustBeAnObjectAndNothingElse() {
    assertInvalid(json, "the content must be a JSON object", () -> open("[]"));
    assertInvalid(json, "the content must be a JSON object", () -> open(""));
    assertInvalid(json, "is not valid JSON", () -> open("{\"cases\":"));
    assertInvalid(json, "is not valid JSON", () -> open("{} {}"));
    assertInvalid(json, "is not valid JSON", () -> open("{\"a\":1,\"a\":2}"));
    assertInvalid(json, "is not valid JSON", () -> open("[".repeat(100_000)));
  }

  @Test
  void casesMustBeNamedAndDifferent() {
    assertInvalid(json, "cases must be a list", () -> open("{}").cases());
    assertInvalid(json, "cases must not be empty", () -> open(cases()).cases());
    assertInvalid(json, "cases[0] must be a JSON object", () -> open(cases("7")).cases());
    assertInvalid(json, "cases[0].name must be a text", () -> open(cases("{}")).cases());
    assertInvalid(json, "there are two cases named a", () -> open(cases(CASE, CASE)).cases());
    assertInvalid(
        json,
        "name of a case (=?[31m) must be short and printable",
        () -> open(cases("{\"name\":\"\\u001b[31m\"}")).cases());
    assertInvalid(
        json,
        "name of a case (=a?b) must be short and printable",
        () -> open(cases("{\"name\":\"a\\u202eb\"}")).cases());
  }

  @Test
  void everyTensorMustBelongToACaseAndBeListedThere() {
    write("a/x", "a/y", "a/grad_x", "b/x");
    assertInvalid(tensors, "tensor b/x must belong to a case", () -> open(cases(CASE)).cases());
    write("a/x", "a/y", "a/grad_x", "a/grad_bias");
    assertInvalid(
        json,
        "tensor a/grad_bias must be listed by its case",
        () -> open(cases(CASE)).cases().get(0).requireListedTensors(Set.of()));
  }

  @Test
  void listedTensorsMustBeThereWithTheirShapes() {
    String other = CASE.replace("[2,3]", "[3,2]");
    assertInvalid(
        json,
        "shape of x of case a (=[3, 2]) must be that of its tensor, [2, 3]",
        () -> open(cases(other)).cases().get(0).requireListedTensors(Set.of()));
    write("a/x", "a/grad_x");
    assertInvalid(
        tensors,
        "must hold a tensor named a/y",
        () -> open(cases(CASE)).cases().get(0).requireListedTensors(Set.of()));
  }

  @Test
  void tensorsNeedAJson() throws IOException {
    open(cases(CASE));
    assertEquals(1, GoldenFile.openAll(folder).size());
    Files.delete(json);
    assertInvalid(tensors, "must have some.json beside it", () -> GoldenFile.openAll(folder));
  }

  @Test
  void damagedTensorsAreNamed() throws IOException {
    Files.write(tensors, new byte[] {1, 2, 3});
    assertInvalid(tensors, "length (=3)", () -> open(cases(CASE)));
  }

  @Test
  void aFolderIsNoJson() throws IOException {
    Files.createDirectory(json);
    assertInvalid(json, "must be a file", () -> GoldenFile.open(json));
  }

  @Test
  void fieldsHaveTheirTypes() throws IOException {
    JsonFields fields =
        open("{\"i\":3,\"d\":0.5,\"t\":\"text\",\"l\":[1,2.5],\"n\":null,\"big\":5000000000}")
            .fields();
    assertEquals(3, fields.integer("i"));
    assertEquals(0.5, fields.number("d"));
    assertEquals(5_000_000_000L, fields.longInteger("big"));
    assertArrayEquals(new double[] {1, 2.5}, fields.numbers("l"));
    assertEquals(Set.of("t"), fields.unread());
    assertInvalid(
        json, "big (=5000000000) must be a whole number of 32 bits", () -> fields.integer("big"));
    assertInvalid(json, "d (=0.5) must be a whole number", () -> fields.integer("d"));
    assertInvalid(json, "t (=\"text\") must be a number", () -> fields.number("t"));
    assertInvalid(json, "l (=[1,2.5]) must be a list of whole", () -> fields.integers("l"));
    assertInvalid(json, "n (=null) must be true or false", () -> fields.flag("n"));
    assertInvalid(json, "missing must be a text", () -> fields.text("missing"));
  }
}

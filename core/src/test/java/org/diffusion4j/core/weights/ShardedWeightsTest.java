package org.diffusion4j.core.weights;

import static org.diffusion4j.core.testing.TensorAssertions.assertClose;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.diffusion4j.core.InvalidFileException;
import org.diffusion4j.core.graph.Initializer;
import org.diffusion4j.core.graph.ParameterLayout;
import org.diffusion4j.core.graph.ParameterSpec;
import org.diffusion4j.core.random.Generator;
import org.diffusion4j.core.testing.SmallDisk;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ShardedWeightsTest {
  /** Of 20, 60, 28 and 8 bytes. */
  private static final List<ParameterSpec> SPECS =
      List.of(
          spec("a.bias", ParameterLayout.PLAIN, 5),
          spec("a.weight", ParameterLayout.LINEAR, 3, 5),
          spec("b.bias", ParameterLayout.PLAIN, 7),
          spec("c.bias", ParameterLayout.PLAIN, 2));

  private static final String FIRST = "model-00001-of-00003.safetensors";
  private static final String SECOND = "model-00002-of-00003.safetensors";
  private static final String THIRD = "model-00003-of-00003.safetensors";

  @TempDir Path folder;
  private Path file;
  private Path index;

  @BeforeEach
  void chooseAFile() {
    file = folder.resolve("model.safetensors");
    index = folder.resolve("model.safetensors.index.json");
  }

  private static ParameterSpec spec(String name, ParameterLayout layout, long... shape) {
    return new ParameterSpec(
        name, layout, new Initializer.Normal(1), Arrays.stream(shape).boxed().toList());
  }

  private Weights save(long maxShardSize) {
    Weights weights = Weights.initialize(SPECS, new Generator(maxShardSize));
    WeightsFile.saveShards(file, weights, DType.F32, Map.of("format", "pt"), maxShardSize);
    return weights;
  }

  private void assertLoads(Weights weights, Path path) {
    Weights loaded = WeightsFile.load(path, SPECS);
    for (ParameterSpec spec : SPECS) {
      assertClose(weights.get(spec.name()), loaded.get(spec.name()), 0, 0, spec.name());
    }
  }

  private Set<String> files() throws IOException {
    try (Stream<Path> list = Files.list(folder)) {
      return list.map(path -> path.getFileName().toString())
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  @Test
  void shardsAreReadBackBitForBit() throws IOException {
    // 20 | 60, larger than the limit | 28 and 8
    Weights weights = save(36);
    assertEquals(Set.of(FIRST, SECOND, THIRD, "model.safetensors.index.json"), files());
    assertTrue(WeightsFile.exists(file));
    assertLoads(weights, file);
    assertLoads(weights, index);
    String json = Files.readString(index);
    assertTrue(json.contains("\"total_size\" : 116"), json);
    assertTrue(json.contains("\"b.bias\" : \"" + THIRD + "\""), json);
    assertTrue(json.contains("\"c.bias\" : \"" + THIRD + "\""), json);
    try (SafetensorsFile second = SafetensorsFile.open(folder.resolve(SECOND))) {
      assertEquals(Set.of("a.weight"), second.names());
      assertEquals(Map.of("format", "pt"), second.metadata());
    }
  }

  @Test
  void whatFitsOneFileIsOneFile() throws IOException {
    save(36);
    Weights weights = save(116);
    assertEquals(Set.of("model.safetensors"), files());
    assertLoads(weights, file);
  }

  @Test
  void shardsReplaceTheOneFile() throws IOException {
    save(116);
    Weights weights = save(115);
    assertEquals(
        Set.of(
            "model-00001-of-00002.safetensors",
            "model-00002-of-00002.safetensors",
            "model.safetensors.index.json"),
        files());
    assertLoads(weights, file);
  }

  @Test
  void oneFileReplacesTheShards() throws IOException {
    save(36);
    Weights weights = Weights.initialize(SPECS, new Generator(3));
    WeightsFile.save(file, weights, DType.F32, Map.of());
    assertEquals(Set.of("model.safetensors"), files());
    assertLoads(weights, file);
  }

  @Test
  void aSaveThatFailsLeavesTheModelBeforeIt() throws IOException {
    Weights weights = save(36);
    Set<String> before = files();
    List<Long> two = List.of(2L);
    Map<String, PendingTensor> tensors = new LinkedHashMap<>();
    tensors.put("a.bias", PendingTensor.floats(two, () -> new float[2]));
    tensors.put("a.weight", PendingTensor.floats(two, () -> new float[2]));
    tensors.put(
        "b.bias",
        PendingTensor.floats(
            two,
            () -> {
              throw new IllegalStateException("no values");
            }));
    ShardWriter writer = new ShardWriter(file, DType.F32, Map.of(), 8);
    assertThrows(IllegalStateException.class, () -> writer.write(tensors));
    assertEquals(before, files());
    assertLoads(weights, file);
  }

  /**
   * With room for so few new files that the save fails at one point after the other, and works with
   * the last of them.
   */
  @ParameterizedTest
  @CsvSource({"36, 36", "36, 48", "36, 116", "116, 36", "48, 36"})
  void whereverASaveFailsOneOfTheModelsIsThere(long before, long after)
      throws IOException, InterruptedException {
    boolean saved = false;
    int failures = 0;
    for (int room = 0; !saved; room++) {
      SmallDisk disk = SmallDisk.mount(folder, 29);
      try {
        Weights old = save(before);
        disk.fillNames(room);
        Set<String> files = files();
        try {
          WeightsFile.saveShards(file, other(), DType.F32, Map.of("format", "pt"), after);
          saved = true;
        } catch (UncheckedIOException e) {
          assertTrue(e.getMessage().contains("No space left on device"), e.getMessage());
          failures++;
        }
        if (saved || isLoaded(other())) {
          assertLoads(other(), file);
        } else {
          assertLoads(old, file);
          assertEquals(files, files());
        }
      } finally {
        disk.unmount();
      }
    }
    assertTrue(failures > (after == 116 ? 0 : 2), failures + " failures");
  }

  @Test
  void aSaveThatFailsAmongTheNamesLeavesNoMixture() throws IOException {
    save(36);
    Files.move(folder.resolve(SECOND), folder.resolve("second.safetensors"));
    change(SECOND, "second.safetensors");
    Files.createDirectory(folder.resolve(SECOND));
    assertThrows(
        UncheckedIOException.class,
        () -> WeightsFile.saveShards(file, other(), DType.F32, Map.of("format", "pt"), 36));
    assertLoads(other(), file);
    Files.delete(folder.resolve(SECOND));
    Weights last = save(36);
    assertLoads(last, file);
    assertEquals(
        Set.of(FIRST, SECOND, THIRD, "second.safetensors", "model.safetensors.index.json"),
        files());
  }

  private static Weights other() {
    return Weights.initialize(SPECS, new Generator(3));
  }

  private boolean isLoaded(Weights weights) {
    return WeightsFile.load(file, SPECS).get("a.bias").equals(weights.get("a.bias"));
  }

  @Test
  void whatAKilledProcessLeftOfItsShardsIsSwept() throws IOException {
    Weights weights = save(36);
    Path unfinished = folder.resolve("model-00001-of-00003.new-0123456789abcdef.safetensors");
    Files.move(folder.resolve(FIRST), unfinished);
    change(FIRST, unfinished.getFileName().toString());
    Set<String> kept = files();
    kept.add(
        Files.writeString(folder.resolve("model-00001-of-00003.new-1.safetensors"), "mine")
            .getFileName()
            .toString());
    kept.add(
        Files.writeString(folder.resolve("model-00007-of-00007.safetensors"), "mine")
            .getFileName()
            .toString());
    for (String left :
        List.of(
            ".diffusion4j-0123456789abcdef.tmp",
            "model-00003-of-00003.new-fedcba9876543210.safetensors")) {
      Files.writeString(folder.resolve(left), "half");
    }
    WeightsFile.sweep(file);
    assertEquals(kept, files());
    assertLoads(weights, file);
  }

  @Test
  void weightsThatCannotBeSeenAreNotMissing() throws IOException {
    Files.createSymbolicLink(index, index);
    for (Executable look :
        List.<Executable>of(() -> WeightsFile.exists(file), () -> WeightsFile.load(file, SPECS))) {
      String message = assertThrows(UncheckedIOException.class, look).getMessage();
      assertTrue(
          message.startsWith("cannot look at " + index + ": Too many levels of symbolic links"),
          message);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {36, Long.MAX_VALUE})
  void initialWeightsAreThoseThatAreDrawnInMemory(long maxShardSize) throws IOException {
    WeightsFile.initialize(file, SPECS, new Generator(5), DType.F32, Map.of(), maxShardSize);
    assertEquals(maxShardSize == 36 ? 4 : 1, files().size());
    assertLoads(Weights.initialize(SPECS, new Generator(5)), file);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../" + FIRST,
        "/etc/passwd",
        "..\\\\" + FIRST,
        "..",
        ".",
        "",
        "C:x",
        "x:y",
        "NUL",
        "x.",
        "a\\u0000b"
      })
  void filesOutsideTheFolderAreRefused(String shard) throws IOException {
    save(36);
    Files.writeString(index, "{\"weight_map\": {\"a.bias\": \"" + shard + "\"}}");
    String message = refusal();
    assertTrue(message.startsWith(index + ": weight_map.a.bias (="), message);
    assertTrue(message.endsWith(") must be the name of a file of the same folder"), message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "[]|must be a JSON object",
        "{}|weight_map must be there",
        "{\"weight_map\": []}|weight_map must be an object",
        "{\"weight_map\": {\"x\": 1}}|weight_map.x must be a string",
      })
  void otherJsonIsRefused(String json, String problem) throws IOException {
    Files.writeString(index, json);
    assertEquals(index + ": " + problem, refusal());
  }

  @Test
  void aTensorMustNotBeNamedTwice() throws IOException {
    Files.writeString(index, "{\"weight_map\": {\"x\": \"a\", \"x\": \"b\"}}");
    String message = refusal();
    assertTrue(message.startsWith(index + ": is not valid JSON: Duplicate field 'x'"), message);
  }

  @Test
  void tensorsMissingFromTheirFileAreNamed() throws IOException {
    save(36);
    change("\"c.bias\" : \"" + THIRD, "\"c.bias\" : \"" + FIRST);
    assertEquals(index + ": tensor c.bias must be in " + FIRST + ", but is not", refusal());
  }

  @Test
  void tensorsThatAreInTwoFilesAreNamed() throws IOException {
    save(36);
    Files.copy(folder.resolve(THIRD), folder.resolve("copy.safetensors"));
    change("\"c.bias\" : \"" + THIRD, "\"c.bias\" : \"copy.safetensors");
    String message = refusal();
    assertTrue(message.matches(".*: tensor [bc]\\.bias of \\S+ must be in \\S+ alone"), message);
  }

  @Test
  void tensorsThatAreNotInTheIndexAreNamed() throws IOException {
    save(36);
    change(",\n    \"c.bias\" : \"" + THIRD + "\"", "");
    assertEquals(index + ": tensor c.bias of " + THIRD + " must be in the index", refusal());
  }

  @Test
  void aMissingShardIsNamed() throws IOException {
    save(36);
    Files.delete(folder.resolve(SECOND));
    String message =
        assertThrows(UncheckedIOException.class, () -> WeightsFile.load(file, SPECS)).getMessage();
    assertEquals("cannot read " + folder.resolve(SECOND) + ": there is no such file", message);
  }

  @Test
  void withoutFileAndIndexTheFileIsMissing() {
    assertFalse(WeightsFile.exists(file));
    String message =
        assertThrows(UncheckedIOException.class, () -> WeightsFile.load(file, SPECS)).getMessage();
    assertEquals("cannot read " + file + ": there is no such file", message);
  }

  private void change(String from, String to) throws IOException {
    String json = Files.readString(index);
    assertTrue(json.contains(from), json);
    Files.writeString(index, json.replace(from, to));
  }

  private String refusal() {
    return assertThrows(InvalidFileException.class, () -> WeightsFile.load(file, SPECS))
        .getMessage();
  }
}

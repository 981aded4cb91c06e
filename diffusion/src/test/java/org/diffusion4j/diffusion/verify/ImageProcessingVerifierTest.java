package org.diffusion4j.diffusion.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.diffusion4j.core.InvalidFileException;
import org.diffusion4j.core.execution.Execution;
import org.diffusion4j.core.testing.VerifierTests;
import org.diffusion4j.core.verify.CaseResult;
import org.diffusion4j.core.verify.CaseResult.Outcome;
import org.diffusion4j.core.verify.GoldenFile;
import org.diffusion4j.core.verify.VerifiableCase;
import org.diffusion4j.core.weights.DType;
import org.diffusion4j.core.weights.SafetensorsWriter;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class ImageProcessingVerifierTest {
  private static final ImageProcessingVerifier VERIFIER = new ImageProcessingVerifier();
  private static final Execution EXECUTION = Execution.auto().withExecutor("samediff");

  @TempDir Path folder;

  private final Map<String, INDArray> tensors = new LinkedHashMap<>();

  @BeforeEach
  void copyWhatShips() throws IOException {
    Path shipped = VERIFIER.shipped();
    for (String name : List.of("io.json", "io.safetensors", "image.png")) {
      Files.copy(shipped.resolve(name), folder.resolve(name));
    }
    GoldenFile golden = GoldenFile.open(folder.resolve("io.json"));
    golden.names().forEach(name -> tensors.put(name, golden.tensor(name)));
  }

  @TestFactory
  Stream<DynamicTest> picturesAreTheReferences() throws IOException {
    return VerifierTests.shippedCases(VERIFIER, Set.of());
  }

  @Test
  void everyResultOfTheReferenceIsACase() throws IOException {
    Set<String> results = new HashSet<>(tensors.keySet());
    results.removeAll(Set.of("mask_u8", "post_in"));
    Set<String> cases = new HashSet<>();
    VERIFIER.cases(folder).forEach(golden -> cases.add(golden.name()));
    assertEquals(results, cases);
    assertEquals(10, cases.size());
  }

  @Test
  void resizedValuesAreTheVeryOnes() throws IOException {
    for (VerifiableCase golden : VERIFIER.cases(folder)) {
      assertEquals(0, golden.run(VERIFIER.folder(), EXECUTION).worst().orElseThrow().error());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "image_u8_hwc",
        "clip_pixel_values",
        "vae_nearest",
        "vae_bilinear",
        "vae_bicubic",
        "vae_lanczos",
        "mask_pre",
        "post_pt",
        "post_np_nhwc",
        "post_u8_nhwc"
      })
  void aCaseWithOneOtherValueFails(String name) throws IOException {
    // More than a step of 8 bits, which is 2 / 255 or, of clip, 1 / 255 / 0.26.
    double change = name.contains("u8") ? 1 : 0.032;
    alter(name, tensor -> tensor.putScalar(tensor.length() / 2, middle(tensor) + change));
    assertEquals(Outcome.FAILED, run(name).outcome());
  }

  private static double middle(INDArray tensor) {
    return tensor.dup('c').data().getDouble(tensor.length() / 2);
  }

  @Test
  void otherSettingsGiveOtherResults() throws IOException {
    for (String[] change :
        List.of(
            new String[] {"bicubic (3)", "box (4)"},
            new String[] {"0.48145466", "0.38145466"},
            new String[] {"\"shortest_edge\": 24", "\"shortest_edge\": 25"},
            new String[] {"\"shortest_edge\": 24", "\"height\": 24, \"width\": 24"})) {
      Path json = folder.resolve("io.json");
      String original = Files.readString(json);
      Files.writeString(json, original.replace(change[0], change[1]));
      assertEquals(Outcome.FAILED, run("clip_pixel_values").outcome(), change[1]);
      Files.writeString(json, original);
      assertEquals(Outcome.PASSED, run("clip_pixel_values").outcome());
    }
  }

  @Test
  void whatTheVersionDoesNotKnowIsSkippedAndNamed() throws IOException {
    tensors.put("vae_gaussian", Nd4j.ones(DataType.FLOAT, 1, 3, 32, 48));
    tensors.put("post_webp", Nd4j.ones(DataType.FLOAT, 2));
    write();
    assertEquals(Outcome.SKIPPED, run("vae_gaussian").outcome());
    assertEquals("no result post_webp", run("post_webp").reason());
    assertEquals(Outcome.PASSED, run("vae_lanczos").outcome());

    Path json = folder.resolve("io.json");
    String original = Files.readString(json);
    Files.writeString(json, original.replace("bicubic (3)", "mitchell"));
    assertEquals("no filter is named in PIL mitchell, on uint8", run("clip_pixel_values").reason());
    Files.writeString(json, original.replace("\"image_mean\"", "\"do_pad\": true, \"image_mean\""));
    assertEquals("no settings of clip [do_pad]", run("clip_pixel_values").reason());
  }

  @Test
  void anotherFilterOfPillowIsACaseByItsName() throws IOException {
    tensors.put("vae_hamming", tensors.get("vae_bilinear"));
    write();
    assertEquals(Outcome.FAILED, run("vae_hamming").outcome());
  }

  @Test
  void sidesAreCutToMultiplesAsTheReferenceDoes() throws IOException {
    Path json = folder.resolve("io.json");
    Files.writeString(json, Files.readString(json).replace("\"height\": 32", "\"height\": 39"));
    assertEquals(Outcome.PASSED, run("vae_lanczos").outcome());
    assertEquals(Outcome.PASSED, run("mask_pre").outcome());
  }

  @Test
  void aPictureFileThatIsNotThereIsNoFailure() throws IOException {
    Files.delete(folder.resolve("image.png"));
    assertEquals("no image.png to read it from", run("image_u8_hwc").reason());
    assertEquals(Outcome.PASSED, run("vae_lanczos").outcome());
  }

  @Test
  void sizesAreBoundedByTheTensors() throws IOException {
    Path json = folder.resolve("io.json");
    Files.writeString(
        json, Files.readString(json).replace("\"height\": 32", "\"height\": 1048576"));
    assertEquals(
        "shape of vae_lanczos, [1, 3, 1048576, 48] instead of [1, 3, 32, 48]",
        run("vae_lanczos").worst().orElseThrow().what());
  }

  @Test
  void malformedFilesAreRefused() throws IOException {
    alter("image_u8_hwc", tensor -> tensor.putScalar(0, 256));
    assertEquals(
        folder.resolve("io.json") + ": values of image_u8_hwc (=256.0) must be from 0 to 255",
        assertThrows(InvalidFileException.class, () -> run("vae_lanczos")).getMessage());
    tensors.put("image_u8_hwc", Nd4j.ones(DataType.FLOAT, 2, 3, 5, 7));
    write();
    assertEquals(
        folder.resolve("io.json")
            + ": shape of image_u8_hwc (=[2, 3, 5, 7]) must be [h, w] or [h, w, 3]",
        assertThrows(InvalidFileException.class, () -> run("vae_lanczos")).getMessage());
    Files.delete(folder.resolve("io.safetensors"));
    assertThrows(InvalidFileException.class, () -> VERIFIER.cases(folder));
  }

  private CaseResult run(String name) throws IOException {
    for (VerifiableCase golden : VERIFIER.cases(folder)) {
      if (golden.name().equals(name)) {
        return golden.run(VERIFIER.folder(), EXECUTION);
      }
    }
    throw new AssertionError("no case " + name);
  }

  private void alter(String name, Consumer<INDArray> change) {
    change.accept(tensors.get(name));
    write();
  }

  private void write() {
    SafetensorsWriter.write(folder.resolve("io.safetensors"), tensors, DType.F32, Map.of());
  }
}

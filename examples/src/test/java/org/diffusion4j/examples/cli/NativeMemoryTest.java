package org.diffusion4j.examples.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.diffusion4j.core.weights.DType;
import org.diffusion4j.core.weights.SafetensorsWriter;
import org.diffusion4j.diffusion.verify.PipelineVerifier;
import org.diffusion4j.examples.Diffusion4j;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.factory.Nd4j;

class NativeMemoryTest {
  private static final long GIB = 1L << 30;

  @TempDir Path folder;

  private final Properties properties = new Properties();

  private void assertBounds(long bytes, long physicalBytes) {
    assertEquals(Long.toString(bytes), properties.get(NativeMemory.MAX_BYTES));
    assertEquals(Long.toString(physicalBytes), properties.get(NativeMemory.MAX_PHYSICAL_BYTES));
  }

  @Test
  void aSmallMachineGivesAShareOfItsMemory() {
    NativeMemory.bound(properties, 4 * GIB, 3 * GIB);
    assertBounds(2 * GIB, 3 * GIB);
  }

  @Test
  void aLargeMachineGivesNoMoreThanFourAndEightGib() {
    NativeMemory.bound(properties, 101 * GIB, 0);
    assertBounds(4 * GIB, 8 * GIB);
  }

  @Test
  void aLargeModelHasThatBesideItsWeights() {
    NativeMemory.bound(properties, 101 * GIB, 5 * GIB);
    assertBounds(9 * GIB, 13 * GIB);
  }

  @Test
  void whatTheUserHasSetStays() {
    properties.setProperty(NativeMemory.MAX_BYTES, "7g");
    NativeMemory.bound(properties, 4 * GIB, 0);
    assertEquals("7g", properties.get(NativeMemory.MAX_BYTES));
  }

  @Test
  void theWeightsOfAModelCountInFloat32AndEachVariantOnce() throws IOException {
    write("unet/diffusion_pytorch_model-00001-of-00002.safetensors", "a", 7, DType.BF16);
    write("unet/diffusion_pytorch_model-00002-of-00002.safetensors", "b", 5, DType.F32);
    write("text_encoder/model.safetensors", "a", 3, DType.F32);
    write("text_encoder/model.fp16.safetensors", "a", 3, DType.F16);
    write("safety_checker/model.safetensors", "a", 11, DType.F32);
    write("all.safetensors", "a", 13, DType.F32);
    assertEquals((7 + 5 + 3) * Float.BYTES, NativeMemory.modelBytes(folder));
  }

  private void write(String name, String tensor, int size, DType dtype) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    SafetensorsWriter.write(file, Map.of(tensor, Nd4j.zeros(size)), dtype, Map.of());
  }

  @Test
  void whatCannotBeReadIsLeftToTheCommand() throws IOException {
    assertEquals(0, NativeMemory.modelBytes(folder.resolve("missing")));
    assertEquals(0, NativeMemory.modelBytes(folder));
    Files.createDirectory(folder.resolve("unet"));
    Files.writeString(folder.resolve("unet/x.safetensors"), "no tensors");
    assertEquals(0, NativeMemory.modelBytes(folder));
  }

  @Test
  void theModelOfTheCommandLineCounts() throws IOException {
    Path golden = PipelineVerifier.plain().shipped();
    assertEquals(
        NativeMemory.modelBytes(golden),
        modelBytes("text2image", "a", "-o", "x", "--model", golden.toString()));
    assertEquals(
        5 * NativeMemory.modelBytes(golden),
        modelBytes("train", "finetune", "--data", "d", "-o", "x", "--model", golden.toString()));
    assertEquals(0, modelBytes("text2image", "a", "-o", "x"));
    assertEquals(0, modelBytes("convergence", "-o", "x"));
  }

  private static long modelBytes(String... arguments) {
    return NativeMemory.modelBytes(Diffusion4j.commandLine().parseArgs(arguments));
  }
}

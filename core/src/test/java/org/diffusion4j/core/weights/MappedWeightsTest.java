package org.diffusion4j.core.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.diffusion4j.core.InvalidFileException;
import org.diffusion4j.core.graph.Initializer;
import org.diffusion4j.core.graph.ParameterLayout;
import org.diffusion4j.core.graph.ParameterSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Weights that are large enough to be mapped, in several windows. */
class MappedWeightsTest {
  /** Of 2.2, 2.1 and 4.3 million values, the last more than a window; a few; one; and none. */
  private static final List<ParameterSpec> SPECS =
      List.of(
          spec("linear", ParameterLayout.LINEAR, 1531, 1409),
          spec("conv", ParameterLayout.CONV2D, 3, 3, 607, 383),
          spec("plain", ParameterLayout.PLAIN, 4_300_003),
          spec("conv1d", ParameterLayout.CONV1D, 3, 5, 7),
          spec("scalar", ParameterLayout.PLAIN),
          spec("empty", ParameterLayout.PLAIN, 0, 5),
          spec("emptyLinear", ParameterLayout.LINEAR, 5, 0));

  /** Whole numbers below are exact in bfloat16 too; a prime, so in step with no size. */
  private static final int PERIOD = 127;

  @TempDir Path folder;

  private static ParameterSpec spec(String name, ParameterLayout layout, long... shape) {
    return new ParameterSpec(
        name, layout, Initializer.ZEROS, Arrays.stream(shape).boxed().toList());
  }

  private Path file() {
    return folder.resolve("model.safetensors");
  }

  /** A file whose tensors count 0, 1, 2... in C order. */
  private void write(List<ParameterSpec> specs, DType dtype) {
    Map<String, PendingTensor> tensors = new LinkedHashMap<>();
    for (ParameterSpec spec : specs) {
      List<Long> shape = Arrays.stream(spec.fileShape()).boxed().toList();
      float[] values = new float[(int) spec.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = i % PERIOD;
      }
      tensors.put(spec.name(), PendingTensor.floats(shape, () -> values));
    }
    SafetensorsWriter.writePending(file(), tensors, dtype, Map.of());
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "F16", "BF16"})
  void everyValueIsWhereItsLayoutHasIt(DType dtype) {
    write(SPECS, dtype);
    Weights weights = WeightsFile.load(file(), SPECS);
    assertCounts(weights.get("linear"), at -> at[1] * 1531 + at[0]);
    assertCounts(weights.get("conv"), at -> ((at[3] * 607 + at[2]) * 3 + at[0]) * 3 + at[1]);
    assertCounts(weights.get("plain"), at -> at[0]);
    assertCounts(weights.get("conv1d"), at -> (at[2] * 5 + at[1]) * 3 + at[0]);
    assertEquals(0, weights.get("scalar").getFloat());
    assertArrayEquals(new long[] {0, 5}, weights.get("empty").shape());
    assertArrayEquals(new long[] {5, 0}, weights.get("emptyLinear").shape());
  }

  /** The place in the file of the value with these indices in memory. */
  private interface FilePosition {
    int of(int[] indices);
  }

  private static void assertCounts(INDArray array, FilePosition position) {
    float[] values = HostArrays.values(array);
    long[] shape = array.shape();
    int[] indices = new int[shape.length];
    for (int i = 0; i < values.length; i++) {
      int rest = i;
      for (int axis = shape.length - 1; axis >= 0; axis--) {
        indices[axis] = rest % (int) shape[axis];
        rest /= (int) shape[axis];
      }
      int expected = position.of(indices) % PERIOD;
      if (values[i] != expected) {
        assertEquals(expected, values[i], "value " + Arrays.toString(indices));
      }
    }
  }

  @Test
  void aFileThatBecomesShorterMeanwhileIsNamed() {
    write(SPECS, DType.F32);
    try (SafetensorsFile opened = SafetensorsFile.open(file())) {
      shorten(4);
      // The last tensor of the file that has values loses one.
      RawSafetensors.assertMessageEnds(
          "became shorter while it was read",
          assertThrows(
              InvalidFileException.class,
              () -> new ParameterReader(opened).read(file(), SPECS.subList(3, 5))));
      shorten(4 * 4_300_003);
      RawSafetensors.assertMessageEnds(
          "became shorter while it was read",
          assertThrows(
              InvalidFileException.class,
              () -> new ParameterReader(opened).read(file(), SPECS.subList(2, 3))));
    }
  }

  @Test
  void aFileThatBecomesShorterBetweenTwoPartsIsNamed() throws IOException {
    write(SPECS, DType.F32);
    try (SafetensorsFile opened = SafetensorsFile.open(file());
        MappedCopies copies = new MappedCopies(1 << 18)) {
      RawSafetensors.assertMessageEnds(
          "became shorter while it was read",
          assertThrows(
              InvalidFileException.class,
              () ->
                  opened.copyFloats(
                      "plain",
                      copies,
                      1 << 18,
                      (values, start, count) -> {
                        if (start == 0) {
                          shorten(4 * 1_000_003);
                        }
                      })));
    }
  }

  /** The memory of a mapping that the file no longer has, touched, while the file grows again. */
  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "mapped files cannot shrink there")
  void aFaultOfMappedMemoryIsAFailureOfItsPartAlone() throws IOException {
    write(SPECS, DType.F32);
    int bytes = 1 << 20;
    AtomicReference<byte[]> allocated = new AtomicReference<>();
    MappedCopies copies = new MappedCopies(bytes / Float.BYTES);
    try (UninterruptibleFile opened = new UninterruptibleFile(file())) {
      copies.copy(
          opened,
          0,
          bytes,
          (part, buffer) -> {
            resize(0);
            part.asFloatBuffer().get(buffer);
            resize(bytes);
            // Java 17 throws the pending error at the latest where it makes an array.
            for (int i = 0; i < 1000; i++) {
              allocated.set(new byte[bytes]);
            }
          });
      InvalidFileException e = assertThrows(InvalidFileException.class, copies::close);
      assertEquals(InternalError.class, e.getCause().getClass());
    }
  }

  @Test
  void whatACopierThrowsIsThrown() throws IOException {
    write(SPECS, DType.F32);
    IllegalStateException failure = new IllegalStateException("no room");
    MappedCopies copies = new MappedCopies(1 << 18);
    try (UninterruptibleFile opened = new UninterruptibleFile(file())) {
      copies.copy(
          opened,
          0,
          1 << 18,
          (part, buffer) -> {
            throw failure;
          });
      assertEquals(failure, assertThrows(IllegalStateException.class, copies::close));
    }
  }

  @Test
  void anInterruptedThreadReadsAllAndStaysInterrupted() {
    write(SPECS, DType.F32);
    try (SafetensorsFile opened = SafetensorsFile.open(file())) {
      Thread.currentThread().interrupt();
      Map<String, INDArray> read = new ParameterReader(opened).read(file(), SPECS);
      assertTrue(Thread.interrupted());
      assertCounts(read.get("plain"), at -> at[0]);
    }
  }

  /** An interrupt that closed the file would be the end of all that is still to be read from it. */
  @Test
  void interruptsWhileWeightsAreReadDoNotCloseTheirFile() throws InterruptedException {
    write(SPECS, DType.F16);
    AtomicReference<Throwable> failure = new AtomicReference<>();
    try (Weights weights = WeightsFile.open(file(), SPECS, name -> name)) {
      Thread reader =
          new Thread(
              () -> {
                for (int i = 0; i < 5; i++) {
                  SPECS.forEach(spec -> weights.read(spec.name(), array -> array.length()));
                }
              });
      reader.setUncaughtExceptionHandler((thread, e) -> failure.set(e));
      reader.start();
      while (reader.isAlive()) {
        reader.interrupt();
        Thread.sleep(1);
      }
      assertNull(failure.get());
      assertCounts(weights.get("plain"), at -> at[0]);
    }
  }

  @Test
  void closedWeightsKeepWhatIsInMemoryAndReadNoMore() {
    write(SPECS, DType.F32);
    Weights weights = WeightsFile.open(file(), SPECS, name -> name);
    weights.get("plain");
    weights.close();
    weights.close();
    assertCounts(weights.get("plain"), at -> at[0]);
    assertEquals(
        "the weights are closed",
        assertThrows(IllegalStateException.class, () -> weights.get("conv")).getMessage());
    assertThrows(IllegalStateException.class, () -> weights.values("conv"));
  }

  private void shorten(int bytes) {
    resize(file().toFile().length() - bytes);
  }

  private void resize(long length) {
    try (RandomAccessFile writable = new RandomAccessFile(file().toFile(), "rw")) {
      writable.setLength(length);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

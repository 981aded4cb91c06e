package org.diffusion4j.core.train;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.zip.CRC32C;
import org.diffusion4j.core.InvalidFileException;
import org.diffusion4j.core.check.Texts;
import org.diffusion4j.core.execution.Execution;
import org.diffusion4j.core.files.AtomicFiles;
import org.diffusion4j.core.files.FileLookup;
import org.diffusion4j.core.weights.DType;
import org.diffusion4j.core.weights.SafetensorsFile;
import org.diffusion4j.core.weights.TensorInfo;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The state of a training in one safetensors file.
 *
 * <p>Tensors are F32 and in memory's layout. The metadata holds the step, the time spent, the
 * fingerprint of the training and a CRC-32C of tensors and progress, which safetensors itself
 * lacks; and, where parameters are not trained, a CRC-32C of theirs, so that a training goes on
 * with the model that it began with. It also holds what the gradients were computed by: whoever
 * goes on with another executor, precision or number of threads is warned. A new file takes the
 * place of the old one in one move after it is wholly on disk, so that a process killed at any
 * moment leaves a complete one.
 */
final class Checkpoint {
  private static final String FORMAT = "diffusion4j training checkpoint 1";
  private static final String FINGERPRINT_PREFIX = "fingerprint.";
  private static final String FROZEN = "frozen_crc32c";
  private static final String EXECUTION = "execution";
  private static final Logger LOG = LoggerFactory.getLogger(Checkpoint.class);

  private final Path file;
  private final Map<String, INDArray> state;
  private final Map<String, String> fingerprint;
  private final Map<String, INDArray> frozen;
  private final String execution;
  private Optional<String> frozenChecksum = Optional.empty();

  /**
   * A checkpoint of the given arrays.
   *
   * @param state the arrays to write and to read into, by tensor name
   * @param fingerprint what must be the same when the training goes on
   * @param frozen arrays that are not written, but must be the same too
   * @param execution what the gradients are computed by
   */
  Checkpoint(
      Path file,
      Map<String, INDArray> state,
      Map<String, String> fingerprint,
      Map<String, INDArray> frozen,
      Execution execution) {
    this.file = file;
    this.state = new LinkedHashMap<>(state);
    this.fingerprint = new LinkedHashMap<>(fingerprint);
    this.frozen = new LinkedHashMap<>(frozen);
    this.execution =
        String.format(
            Locale.ROOT,
            "%s in %s on %d threads",
            execution.executor(),
            execution.precision(),
            execution.threads());
  }

  Path file() {
    return file;
  }

  boolean exists() {
    return FileLookup.fileExists(file);
  }

  /** The folder that it lies in. */
  Path folder() {
    return file.toAbsolutePath().getParent();
  }

  /** Writes the arrays as they are now. */
  void write(Progress progress) {
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put("format", FORMAT);
    metadata.put("step", Long.toString(progress.step()));
    metadata.put("elapsed_seconds", Double.toString(progress.elapsedSeconds()));
    CRC32C checksum = start(metadata);
    state.forEach((name, array) -> update(checksum, HostFloats.of(name, array)));
    metadata.put(EXECUTION, execution);
    metadata.put("crc32c", Long.toHexString(checksum.getValue()));
    fingerprint.forEach((name, value) -> metadata.put(FINGERPRINT_PREFIX + name, value));
    if (!frozen.isEmpty()) {
      metadata.put(FROZEN, frozenChecksum());
    }
    uninterrupted(
        () -> {
          replace(metadata);
          return null;
        });
  }

  private void replace(Map<String, String> metadata) {
    try {
      AtomicFiles.write(file, channel -> CheckpointWriter.write(channel, state, metadata));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file + ": " + e.getMessage(), e);
    }
  }

  /**
   * Changes the arrays to those of the file; if it throws, they are as before.
   *
   * @throws InvalidFileException if the file is damaged or no checkpoint
   * @throws IllegalArgumentException if the file is that of another model or training
   */
  Progress read() {
    return uninterrupted(this::readOnce);
  }

  private Progress readOnce() {
    try (SafetensorsFile tensors = SafetensorsFile.open(file)) {
      Map<String, String> metadata = tensors.metadata();
      if (!FORMAT.equals(metadata.get("format"))) {
        throw new InvalidFileException(
            file, "format (=" + quoted(metadata.get("format")) + ") must be \"" + FORMAT + "\"");
      }
      Fingerprint.requireSame(file, fingerprint(metadata), fingerprint);
      requireSameTensors(tensors);
      requireSameFrozen(metadata.get(FROZEN));
      requireChecksum(tensors);
      Progress progress = progress(metadata);
      state.forEach((name, array) -> assign(name, array, tensors.readFloats(name)));
      warnOfOtherBits(metadata.getOrDefault(EXECUTION, execution));
      return progress;
    }
  }

  private void warnOfOtherBits(String then) {
    if (!then.equals(execution)) {
      LOG.warn(
          "The training in {} ran with {} and goes on with {}: its bits will differ from those of"
              + " one that was not interrupted.",
          folder(),
          then,
          execution);
    }
  }

  /** An interrupt, which asks for a checkpoint, closes the channel that one is written to. */
  private static <T> T uninterrupted(Supplier<T> action) {
    boolean interrupted = Thread.interrupted();
    try {
      while (true) {
        try {
          return action.get();
        } catch (UncheckedIOException e) {
          if (!Thread.interrupted()) {
            throw e;
          }
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static Map<String, String> fingerprint(Map<String, String> metadata) {
    Map<String, String> fingerprint = new LinkedHashMap<>();
    metadata.forEach(
        (key, value) -> {
          if (key.startsWith(FINGERPRINT_PREFIX)) {
            fingerprint.put(key.substring(FINGERPRINT_PREFIX.length()), value);
          }
        });
    return fingerprint;
  }

  private void requireSameTensors(SafetensorsFile tensors) {
    for (String name : tensors.names()) {
      if (!state.containsKey(name)) {
        throw new IllegalArgumentException(
            file + " has " + Texts.quote(name) + ", which this training has not");
      }
    }
    state.forEach(
        (name, array) -> {
          if (!tensors.names().contains(name)) {
            throw new IllegalArgumentException(file + " lacks " + name + " of this training");
          }
          TensorInfo info = tensors.info(name);
          if (info.dtype() != DType.F32 || !Arrays.equals(info.shapeArray(), array.shape())) {
            throw new IllegalArgumentException(
                String.format(
                    Locale.ROOT,
                    "%s in %s (=%s %s) must be F32 %s",
                    name,
                    file,
                    info.dtype(),
                    info.shape(),
                    Arrays.toString(array.shape())));
          }
        });
  }

  private void requireSameFrozen(String expected) {
    String actual = frozen.isEmpty() ? null : frozenChecksum();
    if (!Objects.equals(actual, expected)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "crc32c of the parameters that are not trained (=%s) must be %s,"
                  + " as when the training in %s began",
              actual,
              quoted(expected),
              file));
    }
  }

  /** Computed once: they do not change. */
  private String frozenChecksum() {
    if (frozenChecksum.isEmpty()) {
      CRC32C checksum = new CRC32C();
      frozen.forEach((name, array) -> update(checksum, HostFloats.of(name, array)));
      frozenChecksum = Optional.of(Long.toHexString(checksum.getValue()));
    }
    return frozenChecksum.get();
  }

  private void requireChecksum(SafetensorsFile tensors) {
    CRC32C checksum = start(tensors.metadata());
    for (String name : state.keySet()) {
      update(checksum, FloatBuffer.wrap(tensors.readFloats(name)));
    }
    String actual = Long.toHexString(checksum.getValue());
    String expected = tensors.metadata().get("crc32c");
    if (!actual.equals(expected)) {
      throw new InvalidFileException(file, "crc32c (=" + actual + ") must be " + quoted(expected));
    }
  }

  private Progress progress(Map<String, String> metadata) {
    try {
      return new Progress(
          Long.parseLong(metadata.get("step")),
          Double.parseDouble(metadata.getOrDefault("elapsed_seconds", "")));
    } catch (IllegalArgumentException e) {
      throw new InvalidFileException(
          file,
          String.format(
              Locale.ROOT,
              "step (=%s) and elapsed_seconds (=%s) must be numbers of at least 0",
              quoted(metadata.get("step")),
              quoted(metadata.get("elapsed_seconds"))));
    }
  }

  private static String quoted(String value) {
    return value == null ? "absent" : Texts.quote(value);
  }

  private static void assign(String name, INDArray array, float[] values) {
    FloatBuffer memory = HostFloats.of(name, array);
    memory.put(0, values);
    HostFloats.commit(array, memory);
  }

  /** The checksum of the progress, which that of the tensors goes on from. */
  private static CRC32C start(Map<String, String> metadata) {
    CRC32C checksum = new CRC32C();
    String progress = metadata.get("step") + " " + metadata.get("elapsed_seconds");
    checksum.update(progress.getBytes(StandardCharsets.UTF_8));
    return checksum;
  }

  private static void update(CRC32C checksum, FloatBuffer values) {
    float[] floats = new float[HostFloats.CHUNK];
    ByteBuffer bytes =
        ByteBuffer.allocate(HostFloats.CHUNK * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int from = 0; from < values.capacity(); from += HostFloats.CHUNK) {
      int n = Math.min(HostFloats.CHUNK, values.capacity() - from);
      values.get(from, floats, 0, n);
      bytes.asFloatBuffer().put(floats, 0, n);
      checksum.update(bytes.array(), 0, n * Float.BYTES);
    }
  }
}

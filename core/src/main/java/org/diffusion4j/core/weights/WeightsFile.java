package org.diffusion4j.core.weights;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.diffusion4j.core.InvalidFileException;
import org.diffusion4j.core.check.Texts;
import org.diffusion4j.core.graph.ParameterSpec;
import org.diffusion4j.core.random.Generator;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The weights of a model as a safetensors file in PyTorch's layout.
 *
 * <p>Here, and nowhere else, the layout of files becomes that of memory and back.
 */
public final class WeightsFile {
  private static final Logger LOG = LoggerFactory.getLogger(WeightsFile.class);

  /**
   * Integers that are no parameter of any model: buffers of older transformers versions that count
   * 0, 1, 2..., and the number of batches that torch's batch normalization has seen.
   */
  private static final Set<String> IGNORED = Set.of("position_ids", "num_batches_tracked");

  /** What every index ends in: {@code .index.json}, or {@code .index.fp16.json} of a variant. */
  private static final String JSON = ".json";

  /** As many names of each kind stand in a message. */
  private static final int MAX_LISTED = 5;

  private WeightsFile() {}

  /**
   * Reads the weights of a model.
   *
   * <p>I64 tensors are ignored if the last part of their name is {@code position_ids} or {@code
   * num_batches_tracked}.
   *
   * <p>A model may be in several files, which {@code FILE.index.json} names: that index is read
   * where the file is missing, or where it is itself given.
   *
   * @param specs every parameter of the model
   * @throws InvalidFileException if a file is malformed, or if it lacks a parameter, holds one that
   *     the model does not have, or holds one of another shape or not of floating point
   * @throws UncheckedIOException if it is missing or cannot be read
   */
  public static Weights load(Path file, Collection<ParameterSpec> specs) {
    return load(file, specs, UnaryOperator.identity());
  }

  /**
   * Reads the weights of a model that has had other names for its parameters.
   *
   * @param specs every parameter of the model
   * @param parameterName the parameter that a tensor of a file holds, by the tensor's name
   * @throws InvalidFileException as {@link #load(Path, Collection)} does, and if two tensors hold
   *     one parameter
   * @throws UncheckedIOException if the file is missing or cannot be read
   */
  public static Weights load(
      Path file, Collection<ParameterSpec> specs, UnaryOperator<String> parameterName) {
    try (TensorSource source = open(file)) {
      TensorSource tensors = new RenamedTensors(file, source, parameterName);
      requireModel(file, tensors, specs);
      return new Weights(specs, new ParameterReader(tensors).read(file, specs));
    }
  }

  /**
   * The weights of a model, each of which is read when it is asked for: executors lay weights out
   * in layouts of their own, so that what they have read need not stay in memory.
   *
   * <p>All that is said of the tensors is checked now. The file stays open until the weights are
   * closed, and may not change meanwhile.
   *
   * @param specs every parameter of the model
   * @param parameterName as for {@link #load(Path, Collection, UnaryOperator)}
   * @throws InvalidFileException as {@link #load(Path, Collection, UnaryOperator)} does; a file
   *     that becomes shorter ends in one when a parameter is asked for
   * @throws UncheckedIOException if the file is missing or cannot be read
   */
  public static Weights open(
      Path file, Collection<ParameterSpec> specs, UnaryOperator<String> parameterName) {
    TensorSource tensors = new RenamedTensors(file, open(file), parameterName);
    try {
      requireModel(file, tensors, specs);
    } catch (RuntimeException e) {
      tensors.close();
      throw e;
    }
    ParameterReader reader = new ParameterReader(tensors);
    return Weights.of(
        specs,
        new Weights.Source() {
          @Override
          public INDArray read(ParameterSpec spec) {
            return reader.read(file, List.of(spec)).get(spec.name());
          }

          @Override
          public void close() {
            tensors.close();
          }
        });
  }

  /** Whether there are weights: the file, or the index of several. */
  public static boolean exists(Path file) {
    return Files.isRegularFile(file) || Files.isRegularFile(indexOf(file));
  }

  /**
   * The type of a model's floating-point tensors on disk, of which integers are no part.
   *
   * @return F16 or BF16 if all of them have it, else F32
   * @throws InvalidFileException if a file is malformed
   * @throws UncheckedIOException if it is missing or cannot be read
   */
  public static DType dtype(Path file) {
    try (TensorSource tensors = open(file)) {
      Set<DType> types = EnumSet.noneOf(DType.class);
      tensors.names().forEach(name -> types.add(tensors.info(name).dtype()));
      types.remove(DType.I64);
      return types.equals(EnumSet.of(DType.F16)) || types.equals(EnumSet.of(DType.BF16))
          ? types.iterator().next()
          : DType.F32;
    }
  }

  private static TensorSource open(Path file) {
    if (file.toString().endsWith(JSON)) {
      return ShardedSafetensors.open(file);
    }
    boolean sharded = !Files.exists(file) && Files.isRegularFile(indexOf(file));
    return sharded ? ShardedSafetensors.open(indexOf(file)) : SafetensorsFile.open(file);
  }

  private static Path indexOf(Path file) {
    return file.resolveSibling(file.getFileName() + ShardIndex.ENDING);
  }

  /**
   * Writes weights in files of limited size, with their index; see {@link #load}.
   *
   * <p>{@code model.safetensors} becomes {@code model-00001-of-00003.safetensors} and so on, and
   * {@code model.safetensors.index.json}, as with diffusers; where one file is enough, it is as
   * {@link #save} writes it. What an earlier model of that name leaves over is deleted, but not
   * before all of the new one is on the disk; whatever goes wrong, no index is left that names
   * files of two models.
   *
   * @param file ends in {@code .safetensors}
   * @param maxShardSize the bytes of tensors that a file may hold, but for a larger one, which has
   *     a file of its own
   * @throws IllegalArgumentException if the size is not positive or the file has another ending
   * @throws UncheckedIOException if a file cannot be written
   */
  public static void saveShards(
      Path file, Weights weights, DType dtype, Map<String, String> metadata, long maxShardSize) {
    new ShardWriter(file, dtype, metadata, maxShardSize).write(fileTensors(weights));
  }

  /**
   * Writes weights, or replaces a file, or what {@link #saveShards} wrote under its name; see
   * {@link SafetensorsWriter}.
   *
   * @param file ends in {@code .safetensors}
   * @param dtype F32, F16 or BF16
   * @param metadata free text by key; diffusers and transformers ask for {@code format: pt}
   * @throws IllegalArgumentException if {@code dtype} is another one or the file has another ending
   * @throws UncheckedIOException if the file cannot be written
   */
  public static void save(Path file, Weights weights, DType dtype, Map<String, String> metadata) {
    new ShardWriter(file, dtype, metadata, Long.MAX_VALUE).write(fileTensors(weights));
  }

  /**
   * Writes the weights that {@link Weights#initialize} draws, one parameter after the other, so
   * that a model may be larger than memory; see {@link #saveShards}.
   *
   * @param specs every parameter of the model
   * @param maxShardSize the bytes of tensors that a file may hold, {@link Long#MAX_VALUE} for one
   *     file
   * @throws IllegalArgumentException as {@link #saveShards} does
   * @throws UncheckedIOException if a file cannot be written
   */
  public static void initialize(
      Path file,
      Collection<ParameterSpec> specs,
      Generator generator,
      DType dtype,
      Map<String, String> metadata,
      long maxShardSize) {
    new ShardWriter(file, dtype, metadata, maxShardSize)
        .write(fileTensors(specs, spec -> Weights.draw(spec, generator)));
  }

  /**
   * A copy of a parameter's values in the layout of files, in C order; see {@link
   * ParameterSpec#fileShape()}.
   *
   * @throws IllegalArgumentException if there is none of that name
   */
  public static float[] fileValues(Weights weights, ParameterSpec spec) {
    return toFile(spec, weights.values(spec.name()));
  }

  private static Map<String, PendingTensor> fileTensors(Weights weights) {
    return fileTensors(weights.specs(), spec -> weights.values(spec.name()));
  }

  /** In the order of the specs, in which their values are asked for. */
  private static Map<String, PendingTensor> fileTensors(
      Collection<ParameterSpec> specs, Function<ParameterSpec, float[]> memory) {
    Map<String, PendingTensor> tensors = new LinkedHashMap<>();
    for (ParameterSpec spec : specs) {
      List<Long> shape = Arrays.stream(spec.fileShape()).boxed().toList();
      tensors.put(spec.name(), PendingTensor.floats(shape, () -> toFile(spec, memory.apply(spec))));
    }
    return tensors;
  }

  private static float[] toFile(ParameterSpec spec, float[] memory) {
    return AxisReversal.ofFile(spec)
        .map(reversal -> reversal.inverse().reverse(memory))
        .orElse(memory);
  }

  private static void requireModel(
      Path file, TensorSource tensors, Collection<ParameterSpec> specs) {
    Set<String> unexpected = unexpected(file, tensors, specs);
    List<String> missing = new ArrayList<>();
    List<String> differing = new ArrayList<>();
    for (ParameterSpec spec : specs) {
      if (!tensors.names().contains(spec.name())) {
        missing.add(spec.name());
        continue;
      }
      TensorInfo info = tensors.info(spec.name());
      if (!Arrays.equals(info.shapeArray(), spec.fileShape())) {
        differing.add(
            spec.name()
                + " is "
                + info.shape()
                + " but must be "
                + Arrays.toString(spec.fileShape()));
      } else if (info.dtype() == DType.I64) {
        differing.add(spec.name() + " is I64 but must be of floating point");
      }
    }
    List<String> problems = new ArrayList<>();
    list(problems, "missing", missing);
    list(problems, "unexpected", unexpected);
    list(problems, "different", differing);
    if (!problems.isEmpty()) {
      throw new InvalidFileException(
          file, "does not hold the weights of this model: " + String.join("; ", problems));
    }
  }

  private static Set<String> unexpected(
      Path file, TensorSource tensors, Collection<ParameterSpec> specs) {
    Set<String> expected = new HashSet<>();
    specs.forEach(spec -> expected.add(spec.name()));
    Set<String> unexpected = new LinkedHashSet<>();
    for (String name : tensors.names()) {
      if (expected.contains(name)) {
        continue;
      }
      String lastPart = name.substring(name.lastIndexOf('.') + 1);
      if (IGNORED.contains(lastPart) && tensors.info(name).dtype() == DType.I64) {
        LOG.debug("{}: ignored {}", file, name);
      } else {
        unexpected.add(Texts.quote(name));
      }
    }
    return unexpected;
  }

  private static void list(List<String> problems, String kind, Collection<String> names) {
    if (names.isEmpty()) {
      return;
    }
    String listed = String.join(", ", names.stream().limit(MAX_LISTED).toList());
    int more = names.size() - MAX_LISTED;
    problems.add(
        names.size()
            + " "
            + kind
            + " ("
            + listed
            + (more > 0 ? " and " + more + " more" : "")
            + ")");
  }
}

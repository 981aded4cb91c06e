package org.diffusion4j.diffusion.lora;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.diffusion4j.core.InvalidFileException;
import org.diffusion4j.core.check.Texts;
import org.diffusion4j.core.graph.Initializer;
import org.diffusion4j.core.graph.LowRankUpdate;
import org.diffusion4j.core.graph.ParameterLayout;
import org.diffusion4j.core.graph.ParameterSpec;
import org.diffusion4j.core.weights.DType;
import org.diffusion4j.core.weights.SafetensorsFile;
import org.diffusion4j.core.weights.TensorInfo;
import org.diffusion4j.core.weights.Weights;
import org.diffusion4j.core.weights.WeightsFile;
import org.diffusion4j.diffusion.lora.FactorTensors.Role;
import org.diffusion4j.diffusion.lora.ModuleNames.Target;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Adapters as a safetensors file.
 *
 * <p>Read are the namings of diffusers and peft, {@code unet.<module>.lora_A.weight}, those of
 * diffusers' earlier versions, with and without {@code unet.}, and those of kohya-ss, {@code
 * lora_unet_<module with underscores>.lora_down.weight}, with the blocks of diffusers or of the
 * original code. A weight's alpha is its tensor {@code alpha}, or what the metadata {@code
 * lora_adapter_metadata} says, or the rank.
 */
public final class LoraFile {
  /** What diffusers calls the file in a folder. */
  public static final String DEFAULT_NAME = "pytorch_lora_weights.safetensors";

  private final Path file;
  private final SafetensorsFile tensors;
  private final AdapterMetadata metadata;

  /** Every tensor of the file under its own name, as it is to be read. */
  private final List<ParameterSpec> specs = new ArrayList<>();

  private LoraFile(Path file, SafetensorsFile tensors) {
    this.file = file;
    this.tensors = tensors;
    this.metadata = AdapterMetadata.of(file, tensors.metadata());
  }

  /**
   * Reads the adapters of a pipeline.
   *
   * @param parameters those of each part that may have an adapter
   * @throws InvalidFileException if the file is malformed or empty, if a tensor has no place in
   *     these parts, lacks its other factor, has another shape than its weight asks for, or is of
   *     another method than LoRA
   * @throws UncheckedIOException if the file is missing or cannot be read
   */
  public static Lora read(
      Path file, Map<LoraPart, ? extends Collection<ParameterSpec>> parameters) {
    ModuleNames modules = new ModuleNames(parameters);
    try (SafetensorsFile tensors = SafetensorsFile.open(file)) {
      if (tensors.names().isEmpty()) {
        throw new InvalidFileException(file, "number of tensors (=0) must be positive");
      }
      return new LoraFile(file, tensors).read(FactorTensors.sort(file, tensors.names(), modules));
    }
  }

  private Lora read(Map<Target, Map<Role, String>> names) {
    Map<Target, LowRankUpdate> updates = new LinkedHashMap<>();
    names.forEach((target, roles) -> updates.put(target, plan(target.weight(), roles)));
    Weights weights = WeightsFile.load(file, specs);
    Map<LoraPart, List<LowRankFactors>> factors = new EnumMap<>(LoraPart.class);
    names.forEach(
        (target, roles) -> {
          LowRankUpdate update = updates.get(target);
          ParameterSpec weight = target.weight();
          factors
              .computeIfAbsent(target.part(), part -> new ArrayList<>())
              .add(
                  new LowRankFactors(
                      weight,
                      update.rank(),
                      alpha(target, roles, update.rank(), weights),
                      values(weights, roles.get(Role.DOWN), update.down(weight)),
                      values(weights, roles.get(Role.UP), update.up(weight))));
        });
    Map<LoraPart, LoraAdapter> adapters = new EnumMap<>(LoraPart.class);
    factors.forEach((part, ofPart) -> adapters.put(part, new LoraAdapter(ofPart)));
    return new Lora(adapters);
  }

  /** Checks the shapes of a weight's tensors and gives their rank. */
  private LowRankUpdate plan(ParameterSpec weight, Map<Role, String> roles) {
    String down = roles.get(Role.DOWN);
    List<Long> shape = tensors.info(down).shape();
    if (shape.isEmpty() || shape.get(0) < 1 || shape.get(0) > Integer.MAX_VALUE) {
      throw wrongShape(down, "must begin with the rank");
    }
    LowRankUpdate update = new LowRankUpdate(Math.toIntExact(shape.get(0)), 0);
    requireShape(down, update.down(weight));
    requireShape(roles.get(Role.UP), update.up(weight));
    if (roles.containsKey(Role.ALPHA)) {
      String alpha = roles.get(Role.ALPHA);
      TensorInfo info = tensors.info(alpha);
      if (info.size() != 1) {
        throw wrongShape(alpha, "must be that of one number");
      }
      specs.add(new ParameterSpec(alpha, ParameterLayout.PLAIN, Initializer.ZEROS, info.shape()));
    }
    return update;
  }

  /** A convolution of kernel 1 is a linear layer: files may have either shape. */
  private void requireShape(String name, ParameterSpec expected) {
    for (ParameterSpec spec : shapes(name, expected)) {
      if (tensors.info(name).shape().equals(boxed(spec.fileShape()))) {
        specs.add(spec);
        return;
      }
    }
    throw wrongShape(name, "must be " + boxed(expected.fileShape()));
  }

  private static List<ParameterSpec> shapes(String name, ParameterSpec expected) {
    List<Long> shape = expected.shape();
    long in = shape.get(shape.size() - 2);
    long out = shape.get(shape.size() - 1);
    ParameterSpec convolution = spec(name, ParameterLayout.CONV2D, List.of(1L, 1L, in, out));
    ParameterSpec linear = spec(name, ParameterLayout.LINEAR, List.of(in, out));
    return expected.size() == in * out
        ? List.of(linear, convolution)
        : List.of(spec(name, ParameterLayout.CONV2D, shape));
  }

  private static ParameterSpec spec(String name, ParameterLayout layout, List<Long> shape) {
    return new ParameterSpec(name, layout, Initializer.ZEROS, shape);
  }

  private static INDArray values(Weights weights, String name, ParameterSpec spec) {
    return weights.get(name).reshape('c', spec.shapeArray());
  }

  private double alpha(Target target, Map<Role, String> roles, int rank, Weights weights) {
    String name = roles.get(Role.ALPHA);
    double alpha =
        name != null
            ? weights.get(name).getDouble(0)
            : metadata.alpha(target.part(), ModuleNames.of(target.weight())).orElse(rank);
    if (!Double.isFinite(alpha)) {
      throw new InvalidFileException(
          file,
          String.format(
              Locale.ROOT,
              "alpha of %s (=%s) must be finite",
              Texts.quote(target.weight().name()),
              alpha));
    }
    return alpha;
  }

  private InvalidFileException wrongShape(String name, String rule) {
    return new InvalidFileException(
        file,
        String.format(
            Locale.ROOT,
            "tensor %s: shape (=%s) %s",
            Texts.quote(name),
            tensors.info(name).shape(),
            rule));
  }

  private static List<Long> boxed(long[] shape) {
    return Arrays.stream(shape).boxed().toList();
  }

  /**
   * Writes adapters, or replaces a file, in the naming of diffusers and peft.
   *
   * <p>Without an alpha in the file all versions of diffusers take the rank for it, and no other
   * way to tell it is known to all of them. Where it is not the rank, B is written multiplied by
   * alpha / rank: the change of the weight is the same.
   *
   * @param file such as {@link #DEFAULT_NAME}
   * @param dtype F32, F16 or BF16
   * @throws IllegalArgumentException if {@code dtype} is another one
   * @throws UncheckedIOException if the file cannot be written
   */
  public static void write(Path file, Lora lora, DType dtype) {
    List<ParameterSpec> specs = new ArrayList<>();
    Map<String, INDArray> arrays = new LinkedHashMap<>();
    lora.adapters()
        .forEach(
            (part, adapter) -> {
              Weights parameters = adapter.withAlphaOfRank().parameters();
              for (ParameterSpec spec : parameters.specs()) {
                String name = part.folder() + "." + spec.name();
                specs.add(spec(name, spec.layout(), spec.shape()));
                arrays.put(name, parameters.get(spec.name()));
              }
            });
    WeightsFile.save(file, new Weights(specs, arrays), dtype, Map.of("format", "pt"));
  }
}

package org.diffusion4j.core.verify.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.diffusion4j.core.InvalidFileException;
import org.diffusion4j.core.check.Texts;
import org.diffusion4j.core.files.FileLookup;
import org.diffusion4j.core.verify.GoldenFile;
import org.diffusion4j.core.verify.VerifiableCase;
import org.diffusion4j.core.weights.WeightsFile;

/**
 * The cases of a golden folder of models; the package says what lies in it.
 *
 * @param <M> the type of the models
 */
public final class GoldenModels<M> {
  private static final String IO = "io";
  private static final String JSON = ".json";
  private static final String TENSORS = ".safetensors";
  private static final Pattern SHARD = Pattern.compile(".*-\\d{5}-of-\\d{5}");

  /** Reads a model's config. */
  @FunctionalInterface
  public interface Reader<M> {
    /**
     * The model of a config.
     *
     * @throws InvalidFileException if this version does not know such a model
     */
    M read(Path configJson) throws IOException;
  }

  /** Builds a model. */
  @FunctionalInterface
  public interface Builder<M> {
    /** Adds the model and names all that the reference may have as results. */
    void build(M model, ModelGraph in);
  }

  private final String weights;
  private final Reader<M> reader;
  private final Builder<M> builder;
  private final UnaryOperator<String> parameterName;

  /**
   * Models of one kind.
   *
   * @param weights the name of the file of their weights, without its ending
   * @param parameterName the parameter that a tensor of that file holds, by the tensor's name
   */
  public GoldenModels(
      String weights, Reader<M> reader, Builder<M> builder, UnaryOperator<String> parameterName) {
    this.weights = weights;
    this.reader = reader;
    this.builder = builder;
    this.parameterName = parameterName;
  }

  /**
   * All cases of all models.
   *
   * @param folder holds a folder for each model
   * @throws InvalidFileException if there is none, or if a file of one is missing or malformed
   * @throws IOException if a folder cannot be read
   */
  public List<VerifiableCase> cases(Path folder) throws IOException {
    List<VerifiableCase> cases = new ArrayList<>();
    for (Path model : list(folder, FileLookup::isFolder)) {
      cases.addAll(casesOf(model));
    }
    if (cases.isEmpty()) {
      throw new InvalidFileException(folder, "must have a folder for each model");
    }
    return cases;
  }

  private List<VerifiableCase> casesOf(Path model) throws IOException {
    Path main = model.resolve(weights + TENSORS);
    for (Path needed : List.of(model.resolve("config.json"), main)) {
      if (!FileLookup.isFile(needed) && !WeightsFile.exists(needed)) {
        throw new InvalidFileException(model, "must hold " + needed.getFileName());
      }
    }
    Path reference = hasIo(model) ? model : inTheUsualForm(model);
    GoldenFile io = GoldenFile.open(reference.resolve(IO + JSON));
    List<VerifiableCase> cases = new ArrayList<>();
    for (String name : namesOf(reference, JSON)) {
      GoldenFile file = GoldenFile.open(reference.resolve(name + JSON));
      cases.add(verifiable(model, name, main, file, file));
    }
    List<String> others = namesOf(model, TENSORS);
    others.removeIf(name -> FileLookup.exists(model.resolve(name + JSON)));
    for (String name : others) {
      GoldenFile file = GoldenFile.openTensors(model.resolve(name + TENSORS));
      Path variant = model.resolve(weights + "." + variantOf(name) + TENSORS);
      cases.add(verifiable(model, name, FileLookup.exists(variant) ? variant : main, io, file));
    }
    for (Path file : list(model, FileLookup::isFile)) {
      String name = nameOf(file, TENSORS);
      if (!name.isEmpty()
          && !isIo(name)
          && !name.equals(weights)
          && !SHARD.matcher(name).matches()
          && !others.stream().anyMatch(other -> name.equals(weights + "." + variantOf(other)))) {
        cases.add(verifiable(model, name, file, io, io));
      }
    }
    return cases;
  }

  private VerifiableCase verifiable(
      Path model, String name, Path file, GoldenFile inputs, GoldenFile values) {
    ModelCheck<M> check =
        new ModelCheck<>(
            model.resolve("config.json"), file, reader, builder, parameterName, inputs, values);
    return new VerifiableCase(Texts.quote(model.getFileName() + "/" + name), check);
  }

  /** The folder of {@code no-quant} for that of {@code no-quant-sharded}. */
  private static Path inTheUsualForm(Path model) throws IOException {
    String name = model.getFileName().toString();
    int end = name.lastIndexOf('-');
    if (end > 0) {
      Path other = model.resolveSibling(name.substring(0, end));
      if (FileLookup.isFolder(other) && hasIo(other)) {
        return other;
      }
    }
    throw new InvalidFileException(model, "must hold " + IO + JSON);
  }

  private static boolean hasIo(Path model) {
    return FileLookup.exists(model.resolve(IO + JSON));
  }

  /** The names, without ending, of the files of inputs and results. */
  private static List<String> namesOf(Path model, String ending) throws IOException {
    List<String> names = new ArrayList<>();
    for (Path file : list(model, FileLookup::isFile)) {
      String name = nameOf(file, ending);
      if (isIo(name)) {
        names.add(name);
      }
    }
    return names;
  }

  private static boolean isIo(String name) {
    return name.equals(IO) || name.startsWith(IO + "_");
  }

  private static String variantOf(String io) {
    return io.substring(Math.min(io.length(), IO.length() + 1));
  }

  private static String nameOf(Path file, String ending) {
    String name = file.getFileName().toString();
    return name.endsWith(ending) ? name.substring(0, name.length() - ending.length()) : "";
  }

  private static List<Path> list(Path folder, Predicate<Path> kind) throws IOException {
    try (Stream<Path> listing = Files.list(folder)) {
      return listing
          .filter(kind)
          .filter(path -> !path.getFileName().toString().startsWith("."))
          .sorted()
          .toList();
    }
  }
}

package org.diffusion4j.examples.inspect;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.diffusion4j.core.InvalidFileException;
import org.diffusion4j.core.config.ConfigFile;
import org.diffusion4j.core.files.FileLookup;
import org.diffusion4j.core.weights.TensorInfo;

/**
 * A folder with a config, weights, or both.
 *
 * @param name that of the folder, or "." for the one that was asked for
 * @param className what it holds, as its config says; empty if nothing says so
 * @param config the config, if there is one
 * @param weights the headers of its safetensors files, by name
 */
public record ModelPart(
    String name, String className, Optional<Path> config, List<WeightsHeader> weights) {
  private static final String INDEX = "model_index.json";
  private static final String ENDING = ".safetensors";

  /** Where parts have their class, each with the fields that may name it. */
  private static final List<String> CONFIGS =
      List.of(
          "config.json",
          "scheduler_config.json",
          "tokenizer_config.json",
          "preprocessor_config.json",
          "adapter_config.json");

  private static final List<String> CLASS_FIELDS =
      List.of(
          "architectures",
          "model_type",
          "tokenizer_class",
          "image_processor_type",
          "feature_extractor_type",
          "peft_type");

  /** All tensors of its files. */
  public Collection<TensorInfo> tensors() {
    return weights.stream().flatMap(header -> header.tensors().values().stream()).toList();
  }

  /**
   * The parts of a folder: itself, where it has config or weights, and its folders.
   *
   * @throws InvalidFileException if a file is malformed or there is no part
   * @throws IOException if a folder cannot be read
   */
  public static List<ModelPart> of(Path folder) throws IOException {
    List<ModelPart> parts = new ArrayList<>();
    read(".", folder).ifPresent(parts::add);
    for (Path each : list(folder)) {
      if (FileLookup.isFolder(each)) {
        read(each.getFileName().toString(), each).ifPresent(parts::add);
      }
    }
    if (parts.isEmpty()) {
      throw new InvalidFileException(
          folder, "must hold config.json or *.safetensors, itself or in its folders");
    }
    return parts;
  }

  /**
   * What {@code model_index.json} says that a folder is; empty if there is none.
   *
   * @throws InvalidFileException if it is malformed
   */
  public static String pipelineOf(Path folder) throws IOException {
    Path index = folder.resolve(INDEX);
    return FileLookup.fileExists(index) ? ConfigFile.read(index).className() : "";
  }

  private static Optional<ModelPart> read(String name, Path folder) throws IOException {
    Optional<Path> config =
        CONFIGS.stream().map(folder::resolve).filter(FileLookup::fileExists).findFirst();
    List<WeightsHeader> weights = new ArrayList<>();
    for (Path file : list(folder)) {
      if (file.getFileName().toString().endsWith(ENDING) && FileLookup.isFile(file)) {
        weights.add(WeightsHeader.read(file));
      }
    }
    if (config.isEmpty() && weights.isEmpty()) {
      return Optional.empty();
    }
    String className = config.isEmpty() ? "" : className(ConfigFile.read(config.get()));
    return Optional.of(new ModelPart(name, className, config, weights));
  }

  private static String className(ConfigFile.Content content) {
    if (!content.className().isEmpty()) {
      return content.className();
    }
    for (String field : CLASS_FIELDS) {
      JsonNode value = content.fields().path(field);
      JsonNode named = value.isArray() ? value.path(0) : value;
      if (named.isTextual()) {
        return named.textValue();
      }
    }
    return "";
  }

  private static List<Path> list(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }
}

package org.diffusion4j.core.verify;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.diffusion4j.core.InvalidFileException;
import org.diffusion4j.core.check.Texts;
import org.diffusion4j.core.files.FileLookup;
import org.diffusion4j.core.files.Json;
import org.diffusion4j.core.files.TextFiles;
import org.diffusion4j.core.weights.DType;
import org.diffusion4j.core.weights.SafetensorsFile;
import org.diffusion4j.core.weights.TensorInfo;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Reference values: {@code <name>.json} says what was computed, {@code <name>.safetensors} beside
 * it, if there is one, holds the tensors.
 *
 * <p>Where the JSON has {@code cases}, their tensors are named {@code <case>/<tensor>}. Tensors are
 * FLOAT and LONG, C-ordered, in PyTorch's layouts, and read when they are asked for.
 */
public final class GoldenFile {
  private static final String JSON_ENDING = ".json";
  private static final String TENSORS_ENDING = ".safetensors";

  /** Far above the largest that is published, in bytes. */
  private static final int MAX_JSON_BYTES = 1 << 24;

  private final Path file;
  private final Path tensorFile;
  private final JsonFields fields;
  private final Map<String, TensorInfo> tensors;

  private GoldenFile(
      Path file, Path tensorFile, JsonFields fields, Map<String, TensorInfo> tensors) {
    this.file = file;
    this.tensorFile = tensorFile;
    this.fields = fields;
    this.tensors = tensors;
  }

  /**
   * Opens a JSON file with the tensors beside it.
   *
   * @throws InvalidFileException if a file is malformed
   * @throws IOException if the JSON is missing or cannot be read
   */
  public static GoldenFile open(Path file) throws IOException {
    Path tensorFile = file.resolveSibling(baseName(file) + TENSORS_ENDING);
    JsonFields fields = new JsonFields(file, "", readJson(file));
    Map<String, TensorInfo> tensors =
        FileLookup.fileExists(tensorFile) ? infos(tensorFile) : Map.of();
    return new GoldenFile(file, tensorFile, fields, tensors);
  }

  /**
   * Opens tensors that have no JSON beside them: the JSON is as if empty.
   *
   * @throws InvalidFileException if the file is malformed
   */
  public static GoldenFile openTensors(Path file) {
    return new GoldenFile(file, file, new JsonFields(file, "", Json.object()), infos(file));
  }

  private static Map<String, TensorInfo> infos(Path tensorFile) {
    Map<String, TensorInfo> tensors = new LinkedHashMap<>();
    try (SafetensorsFile opened = SafetensorsFile.open(tensorFile)) {
      opened.names().forEach(name -> tensors.put(name, opened.info(name)));
    }
    return tensors;
  }

  private static JsonNode readJson(Path file) throws IOException {
    try {
      return Json.read(TextFiles.read(file, MAX_JSON_BYTES));
    } catch (JacksonException e) {
      throw new InvalidFileException(
          file, "is not valid JSON: " + Texts.quote(e.getOriginalMessage()), e);
    }
  }

  /**
   * Opens all golden files of a folder, ordered by name.
   *
   * @throws InvalidFileException if one is malformed, or if there are tensors without a JSON file
   * @throws IOException if one cannot be read
   */
  public static List<GoldenFile> openAll(Path folder) throws IOException {
    List<Path> paths;
    try (Stream<Path> listing = Files.list(folder)) {
      paths = listing.sorted().toList();
    }
    List<GoldenFile> files = new ArrayList<>();
    for (Path path : paths) {
      String name = path.getFileName().toString();
      if (name.endsWith(JSON_ENDING)) {
        files.add(open(path));
      } else if (name.endsWith(TENSORS_ENDING)
          && !paths.contains(path.resolveSibling(baseName(path) + JSON_ENDING))) {
        throw new InvalidFileException(
            path, "must have " + baseName(path) + JSON_ENDING + " beside it");
      }
    }
    return files;
  }

  private static String baseName(Path file) {
    String name = file.getFileName().toString();
    int dot = name.lastIndexOf('.');
    return dot < 0 ? name : name.substring(0, dot);
  }

  /** The JSON file, or that of the tensors where there is none. */
  public Path file() {
    return file;
  }

  /** The name without its ending. */
  public String name() {
    return baseName(file);
  }

  /** The whole JSON. */
  public JsonFields fields() {
    return fields;
  }

  /** The full names of the tensors. */
  public Set<String> names() {
    return tensors.keySet();
  }

  /**
   * The shape of a tensor.
   *
   * @throws InvalidFileException if there is none of that name
   */
  public long[] shape(String name) {
    return info(name).shapeArray();
  }

  /**
   * Whether a tensor holds whole numbers.
   *
   * @throws InvalidFileException if there is none of that name
   */
  public boolean isInteger(String name) {
    return info(name).dtype() == DType.I64;
  }

  /**
   * Reads a tensor.
   *
   * @throws InvalidFileException if there is none of that name or it is neither of floating point
   *     nor I64
   */
  public INDArray tensor(String name) {
    info(name);
    try (SafetensorsFile opened = SafetensorsFile.open(tensorFile)) {
      return opened.read(name);
    }
  }

  private TensorInfo info(String name) {
    TensorInfo info = tensors.get(name);
    if (info == null) {
      throw new InvalidFileException(tensorFile, "must hold a tensor named " + Texts.quote(name));
    }
    return info;
  }

  /**
   * What the JSON lists under {@code cases}.
   *
   * @throws InvalidFileException if it lists none, if their names are missing, unreadable or not
   *     all different, or if a tensor belongs to none of them
   */
  public List<GoldenCase> cases() {
    Map<String, GoldenCase> cases = new LinkedHashMap<>();
    for (JsonFields json : fields.objects("cases")) {
      String name = json.text("name");
      if (!Texts.isName(name)) {
        throw new InvalidFileException(
            file, "name of a case (=" + Texts.quote(name) + ") must be short and printable");
      }
      if (cases.put(name, new GoldenCase(this, name, json)) != null) {
        throw new InvalidFileException(file, "there are two cases named " + name);
      }
    }
    if (cases.isEmpty()) {
      throw new InvalidFileException(file, "cases must not be empty");
    }
    for (String tensor : tensors.keySet()) {
      if (!belongsTo(cases.keySet(), tensor)) {
        throw new InvalidFileException(
            tensorFile, "tensor " + Texts.quote(tensor) + " must belong to a case of the JSON");
      }
    }
    return List.copyOf(cases.values());
  }

  /** Whether the tensor has the name of a case or that followed by a slash and more. */
  private static boolean belongsTo(Set<String> cases, String tensor) {
    int end = tensor.length();
    while (end > 0) {
      if (cases.contains(tensor.substring(0, end))) {
        return true;
      }
      end = tensor.lastIndexOf('/', end - 1);
    }
    return false;
  }
}

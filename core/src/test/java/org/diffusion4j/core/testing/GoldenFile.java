package org.diffusion4j.core.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.diffusion4j.core.weights.SafetensorsFile;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Reference values: {@code <base>.json} says what was computed, {@code <base>.safetensors} holds
 * the tensors.
 *
 * <p>Where the JSON has {@code cases}, their tensors are named {@code <case>/<name>}. FLOAT and
 * LONG tensors, C-ordered, in PyTorch's layouts.
 */
public final class GoldenFile {
  private final String base;
  private final JsonNode json;
  private final Map<String, INDArray> tensors;

  private GoldenFile(String base, JsonNode json, Map<String, INDArray> tensors) {
    this.base = base;
    this.json = json;
    this.tensors = tensors;
  }

  /**
   * Reads a pair of files from the test resources.
   *
   * @param base the resource without its endings, such as {@code golden/ops/group_norm}
   */
  public static GoldenFile open(String base) {
    Map<String, INDArray> tensors = new LinkedHashMap<>();
    try (SafetensorsFile file = SafetensorsFile.open(resource(base + ".safetensors"))) {
      file.names().forEach(name -> tensors.put(name, file.read(name)));
      return new GoldenFile(
          base, new ObjectMapper().readTree(resource(base + ".json").toFile()), tensors);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The path of a test resource.
   *
   * @param name its path from the root of the test resources
   */
  public static Path resource(String name) {
    URL url = GoldenFile.class.getClassLoader().getResource(name);
    if (url == null) {
      throw new IllegalArgumentException("no test resource is named " + name);
    }
    try {
      return Path.of(url.toURI());
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** The whole JSON. */
  public JsonNode json() {
    return json;
  }

  /** The tensors by their full names. */
  public Map<String, INDArray> tensors() {
    return tensors;
  }

  /** The tensor of that full name. */
  public INDArray tensor(String name) {
    INDArray tensor = tensors.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException("no tensor of " + base + " is named " + name);
    }
    return tensor;
  }

  /** What the JSON lists under {@code cases}. */
  public List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    json.path("cases").forEach(node -> cases.add(new Case(this, node)));
    if (cases.isEmpty()) {
      throw new IllegalStateException(base + " has no cases");
    }
    return cases;
  }

  /**
   * One case; {@code toString} is its name, for the names of parameterized tests.
   *
   * @param file where it comes from
   * @param json all that the JSON says of it
   */
  public record Case(GoldenFile file, JsonNode json) {

    /** The name, which is also the prefix of the names of its tensors. */
    public String name() {
      return json.get("name").asText();
    }

    /** The parameter of that name; a missing node if there is none. */
    public JsonNode param(String name) {
      return json.path("params").path(name);
    }

    /** The names of its inputs and parameters in the order of the reference's signature. */
    public List<String> inputs() {
      return fieldNames("inputs");
    }

    /** The names of its outputs. */
    public List<String> outputs() {
      return fieldNames("outputs");
    }

    /** The names of its gradients, such as {@code grad_x}. */
    public List<String> grads() {
      List<String> names = new ArrayList<>();
      json.path("grads").forEach(name -> names.add(name.asText()));
      return names;
    }

    /** Whether it has a tensor of that name. */
    public boolean has(String name) {
      return file.tensors().containsKey(name() + "/" + name);
    }

    /** The tensor {@code <case>/<name>}. */
    public INDArray tensor(String name) {
      return file.tensor(name() + "/" + name);
    }

    private List<String> fieldNames(String field) {
      List<String> names = new ArrayList<>();
      json.path(field).fieldNames().forEachRemaining(names::add);
      return names;
    }

    @Override
    public String toString() {
      return name();
    }
  }
}

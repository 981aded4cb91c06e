package org.diffusion4j.core.verify;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.diffusion4j.core.InvalidFileException;
import org.diffusion4j.core.check.Texts;

/**
 * The fields of a JSON object in a golden file, read with their types.
 *
 * <p>It remembers what was read: a field that nobody looked at is something that the reference did
 * and a check does not know of. Every method that gives a value throws {@link InvalidFileException}
 * if the field is missing or of another type.
 */
public final class JsonFields {
  private final Path file;
  private final String where;
  private final JsonNode object;
  private final Set<String> unread = new LinkedHashSet<>();

  /**
   * The fields of an object.
   *
   * @param file for messages
   * @param where the object's place in the file for messages; empty for the whole content
   */
  JsonFields(Path file, String where, JsonNode object) {
    this.file = file;
    this.where = where;
    this.object = object;
    if (!object.isObject()) {
      String what = where.isEmpty() ? "the content" : where;
      throw new InvalidFileException(file, what + " must be a JSON object");
    }
    object
        .properties()
        .forEach(
            field -> {
              if (!field.getValue().isNull()) {
                unread.add(field.getKey());
              }
            });
  }

  /** Whether there is such a field and it is not null. */
  public boolean has(String name) {
    unread.remove(name);
    return object.hasNonNull(name);
  }

  /** The names of all fields, in the order of the file. */
  public List<String> names() {
    return object.properties().stream().map(Map.Entry::getKey).toList();
  }

  /** The fields that are not null and that nobody asked for yet, in the order of the file. */
  public Set<String> unread() {
    return Collections.unmodifiableSet(new LinkedHashSet<>(unread));
  }

  /** The value of whatever type, a missing node if there is none. */
  public JsonNode node(String name) {
    unread.remove(name);
    return object.path(name);
  }

  /** A whole number of 32 bits. */
  public int integer(String name) {
    JsonNode node = node(name);
    require(node.isIntegralNumber() && node.canConvertToInt(), name, "a whole number of 32 bits");
    return node.intValue();
  }

  /** A whole number of 64 bits. */
  public long longInteger(String name) {
    JsonNode node = node(name);
    require(node.isIntegralNumber() && node.canConvertToLong(), name, "a whole number of 64 bits");
    return node.longValue();
  }

  /** A number. */
  public double number(String name) {
    JsonNode node = node(name);
    require(node.isNumber(), name, "a number");
    return node.doubleValue();
  }

  /** True or false. */
  public boolean flag(String name) {
    JsonNode node = node(name);
    require(node.isBoolean(), name, "true or false");
    return node.booleanValue();
  }

  /** A text. */
  public String text(String name) {
    JsonNode node = node(name);
    require(node.isTextual(), name, "a text");
    return node.textValue();
  }

  /** A list of whole numbers. */
  public long[] integers(String name) {
    List<JsonNode> nodes = list(name);
    require(
        nodes.stream().allMatch(node -> node.isIntegralNumber() && node.canConvertToLong()),
        name,
        "a list of whole numbers");
    return nodes.stream().mapToLong(JsonNode::longValue).toArray();
  }

  /** A list of numbers. */
  public double[] numbers(String name) {
    List<JsonNode> nodes = list(name);
    require(nodes.stream().allMatch(JsonNode::isNumber), name, "a list of numbers");
    return nodes.stream().mapToDouble(JsonNode::doubleValue).toArray();
  }

  /** A list of texts. */
  public List<String> texts(String name) {
    List<JsonNode> nodes = list(name);
    require(nodes.stream().allMatch(JsonNode::isTextual), name, "a list of texts");
    return nodes.stream().map(JsonNode::textValue).toList();
  }

  /** A list of objects. */
  public List<JsonFields> objects(String name) {
    List<JsonNode> nodes = list(name);
    return IntStream.range(0, nodes.size())
        .mapToObj(i -> new JsonFields(file, path(name) + "[" + i + "]", nodes.get(i)))
        .toList();
  }

  /** An object. */
  public JsonFields object(String name) {
    return new JsonFields(file, path(name), node(name));
  }

  private List<JsonNode> list(String name) {
    JsonNode node = node(name);
    require(node.isArray(), name, "a list");
    return StreamSupport.stream(node.spliterator(), false).toList();
  }

  private void require(boolean holds, String name, String rule) {
    if (!holds) {
      String value = object.has(name) ? " (=" + Texts.quote(object.get(name).toString()) + ")" : "";
      throw new InvalidFileException(file, path(name) + value + " must be " + rule);
    }
  }

  private String path(String name) {
    String quoted = Texts.quote(name);
    return where.isEmpty() ? quoted : where + "." + quoted;
  }
}

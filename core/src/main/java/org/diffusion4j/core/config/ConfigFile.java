package org.diffusion4j.core.config;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.diffusion4j.core.InvalidFileException;
import org.diffusion4j.core.check.Texts;
import org.diffusion4j.core.files.AtomicFiles;
import org.diffusion4j.core.files.Json;
import org.diffusion4j.core.files.TextFiles;

/**
 * Reads and writes a config record as JSON: components in snake case, and a {@code _class_name}
 * that says what it configures.
 *
 * <p>As in Python, {@code Infinity}, {@code -Infinity} and {@code NaN} are numbers. Other names
 * that begin with an underscore, such as {@code _diffusers_version}, are notes, and not read.
 */
public final class ConfigFile {
  private static final String CLASS_NAME = "_class_name";
  private static final String VERSION = "_diffusers_version";

  /** The release of diffusers whose fields are written. */
  private static final String VERSION_WRITTEN = "0.31.0";

  private static final String NOTE = "_";

  /** Far above the longest config that is published, in bytes. */
  private static final int MAX_BYTES = 1 << 20;

  private static final ObjectMapper MAPPER =
      Json.mapper()
          .addModule(new Jdk8Module())
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .disable(MapperFeature.AUTO_DETECT_IS_GETTERS)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .disable(JsonWriteFeature.WRITE_NAN_AS_STRINGS)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();

  private ConfigFile() {}

  /**
   * The fields of a file and the class that they configure.
   *
   * @param file where they are from
   * @param className what {@code _class_name} says; empty if it is missing
   * @param fields the others
   */
  public record Content(Path file, String className, ObjectNode fields) {

    /**
     * The fields as a config record.
     *
     * @throws InvalidFileException if a field is unknown, missing or out of its range
     */
    public <T> T as(Class<T> type) {
      try {
        return MAPPER.treeToValue(fields, type);
      } catch (JacksonException e) {
        throw new InvalidFileException(file, problem(e, fields), e);
      }
    }

    /**
     * The fields over others, which count where the file says nothing.
     *
     * @param defaults a config record with values for all fields; others of the file are passed
     *     over
     * @throws InvalidFileException if a field is out of its range
     */
    public <T> T over(T defaults) {
      try {
        return convert(fields, defaults);
      } catch (JacksonException e) {
        throw new InvalidFileException(file, problem(e, fields), e);
      }
    }

    /**
     * The same, where the file may have no other fields than these and {@link FixedFields}.
     *
     * @throws InvalidFileException if a field is unknown or out of its range
     */
    public <T> T strictlyOver(T defaults) {
      ObjectNode known = fieldsOf(defaults);
      Map<String, Object> fixed =
          defaults instanceof FixedFields record ? record.fixedFields() : Map.of();
      for (Map.Entry<String, JsonNode> field : fields.properties()) {
        String name = field.getKey();
        if (fixed.containsKey(name)) {
          requireFixed(name, field.getValue(), MAPPER.valueToTree(fixed.get(name)));
        } else if (!known.has(name)) {
          throw new InvalidFileException(file, unknown(Texts.quote(name)));
        }
      }
      return over(defaults);
    }

    private void requireFixed(String name, JsonNode value, JsonNode only) {
      boolean numbers = value.isNumber() && only.isNumber();
      boolean same = numbers ? value.doubleValue() == only.doubleValue() : value.equals(only);
      if (!same) {
        throw new InvalidFileException(
            file,
            name
                + " (="
                + Texts.quote(value.toString())
                + ") must be "
                + only
                + ": nothing else is done");
      }
    }
  }

  /**
   * Fields of another config over those of one, which count where the others say nothing.
   *
   * @param defaults a config record with values for all fields; others are passed over
   * @throws IllegalArgumentException if a field is out of its range
   */
  public static <T> T over(ObjectNode fields, T defaults) {
    try {
      return convert(fields, defaults);
    } catch (JacksonException e) {
      throw new IllegalArgumentException(problem(e, fields), e);
    }
  }

  @SuppressWarnings("unchecked")
  private static <T> T convert(ObjectNode fields, T defaults) throws JacksonException {
    ObjectNode all = fieldsOf(defaults);
    all.fieldNames()
        .forEachRemaining(
            name -> {
              if (fields.has(name)) {
                all.set(name, fields.get(name));
              }
            });
    return (T) MAPPER.treeToValue(all, defaults.getClass());
  }

  /** The fields that a config is written with. */
  public static ObjectNode fieldsOf(Object config) {
    return MAPPER.valueToTree(config);
  }

  /**
   * Reads a config.
   *
   * @param className what {@code _class_name} must say
   * @throws InvalidFileException if the file is missing, no JSON, of another class, or if a field
   *     is unknown, missing or out of its range
   */
  public static <T> T read(Path file, Class<T> type, String className) throws IOException {
    return read(file, className).as(type);
  }

  /**
   * Reads a config of which a file may leave out fields.
   *
   * @param defaults what counts where the file says nothing
   * @param className what {@code _class_name} must say
   * @throws InvalidFileException if the file is missing, no JSON, of another class, or if a field
   *     is unknown or out of its range
   */
  public static <T> T readOver(Path file, T defaults, String className) throws IOException {
    return read(file, className).strictlyOver(defaults);
  }

  private static Content read(Path file, String className) throws IOException {
    Content content = read(file);
    if (!content.className.equals(className)) {
      throw new InvalidFileException(
          file, CLASS_NAME + " (=" + Texts.quote(content.className) + ") must be " + className);
    }
    return content;
  }

  /**
   * Reads a config of any class.
   *
   * @throws InvalidFileException if the file is missing or no JSON object
   */
  public static Content read(Path file) throws IOException {
    try {
      JsonNode tree = MAPPER.readTree(TextFiles.read(file, MAX_BYTES));
      if (!(tree instanceof ObjectNode object)) {
        throw new InvalidFileException(file, "must be a JSON object");
      }
      String className = object.path(CLASS_NAME).asText();
      List<String> notes = new ArrayList<>();
      object
          .fieldNames()
          .forEachRemaining(
              name -> {
                if (name.startsWith(NOTE)) {
                  notes.add(name);
                }
              });
      object.remove(notes);
      return new Content(file, className, object);
    } catch (NoSuchFileException e) {
      throw new InvalidFileException(file, "no such file", e);
    } catch (JacksonException e) {
      throw new InvalidFileException(file, problem(e), e);
    }
  }

  private static String problem(JacksonException e) {
    return Texts.sentence(unquoted(e));
  }

  /** The problem of a record that was made of these fields; it may have met a null unawares. */
  private static String problem(JacksonException e, ObjectNode fields) {
    if (!(e.getCause() instanceof NullPointerException cause) || saysWhat(cause)) {
      return problem(e);
    }
    String nulls =
        fields.properties().stream()
            .filter(field -> hasNull(field.getValue()))
            .map(Map.Entry::getKey)
            .collect(Collectors.joining(" or "));
    return nulls.isEmpty()
        ? "has null where a value must be"
        : Texts.sentence(nulls + " must have no null");
  }

  private static boolean hasNull(JsonNode value) {
    return value.isNull() || (value.isArray() && value.valueStream().anyMatch(JsonNode::isNull));
  }

  /** Whether it comes from a check, and not from the machine, which says "Cannot invoke ...". */
  private static boolean saysWhat(NullPointerException e) {
    return e.getMessage() != null && !e.getMessage().startsWith("Cannot ");
  }

  private static String unquoted(JacksonException e) {
    if (!(e instanceof JsonMappingException mapping)) {
      return e.getOriginalMessage();
    }
    if (mapping.getCause() != null) {
      return mapping.getCause().getMessage();
    }
    String field = field(mapping);
    if (mapping instanceof UnrecognizedPropertyException) {
      return unknown(field);
    }
    if (mapping instanceof InvalidFormatException invalid && invalid.getTargetType().isEnum()) {
      return field + " (=" + invalid.getValue() + ") must be one of " + names(invalid);
    }
    return field.isEmpty()
        ? mapping.getOriginalMessage()
        : field + ": " + mapping.getOriginalMessage();
  }

  private static String unknown(String field) {
    return field + " must be absent: there is no such field";
  }

  /** Where in the file the problem is, such as {@code down_block_types[1]}. */
  private static String field(JsonMappingException e) {
    StringBuilder path = new StringBuilder();
    for (JsonMappingException.Reference reference : e.getPath()) {
      if (reference.getFieldName() == null) {
        path.append('[').append(reference.getIndex()).append(']');
      } else {
        path.append(path.isEmpty() ? "" : ".").append(reference.getFieldName());
      }
    }
    return path.toString();
  }

  /** The values of an enum as files spell them. */
  private static String names(InvalidFormatException e) {
    return Arrays.stream(e.getTargetType().getEnumConstants())
        .map(value -> MAPPER.convertValue(value, String.class))
        .collect(Collectors.joining(", "));
  }

  /**
   * Writes a config with the name of its class and the release of diffusers whose fields it has; an
   * existing file is replaced only when the new one is complete.
   */
  public static void write(Path file, Object config, String className) throws IOException {
    ObjectNode object = MAPPER.createObjectNode();
    object.put(CLASS_NAME, className);
    object.put(VERSION, VERSION_WRITTEN);
    object.setAll(fieldsOf(config));
    write(file, object);
  }

  /** Writes a JSON object; an existing file is replaced only when the new one is complete. */
  public static void write(Path file, ObjectNode object) throws IOException {
    AtomicFiles.write(
        file, MAPPER.writeValueAsString(object).concat("\n").getBytes(StandardCharsets.UTF_8));
  }
}

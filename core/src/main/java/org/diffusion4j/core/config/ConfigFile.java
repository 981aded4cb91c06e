package org.diffusion4j.core.config;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.diffusion4j.core.InvalidFileException;
import org.diffusion4j.core.files.AtomicFiles;

/**
 * Reads and writes a config record as a {@code config.json}: components in snake case, and a {@code
 * _class_name} that says what the folder holds.
 */
public final class ConfigFile {
  private static final String CLASS_NAME = "_class_name";
  private static final String VERSION = "_diffusers_version";

  /** Far above the longest config that is published, in bytes. */
  private static final long MAX_BYTES = 1 << 20;

  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();

  private ConfigFile() {}

  /**
   * Reads a config.
   *
   * @param className what {@code _class_name} must say
   * @throws InvalidFileException if the file is missing, no JSON, of another class, or if a field
   *     is unknown, missing or out of its range
   */
  public static <T> T read(Path file, Class<T> type, String className) throws IOException {
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new InvalidFileException(
            file, "size (=" + Files.size(file) + ") must be at most " + MAX_BYTES + " bytes");
      }
      JsonNode tree = MAPPER.readTree(Files.readAllBytes(file));
      if (!(tree instanceof ObjectNode object)) {
        throw new InvalidFileException(file, "must be a JSON object");
      }
      String found = object.path(CLASS_NAME).asText();
      if (!found.equals(className)) {
        throw new InvalidFileException(file, CLASS_NAME + " (=" + found + ") must be " + className);
      }
      object.remove(CLASS_NAME);
      object.remove(VERSION);
      return MAPPER.treeToValue(object, type);
    } catch (NoSuchFileException e) {
      throw new InvalidFileException(file, "no such file", e);
    } catch (JacksonException e) {
      throw new InvalidFileException(file, problem(e), e);
    }
  }

  private static String problem(JacksonException e) {
    if (!(e instanceof JsonMappingException mapping)) {
      return e.getOriginalMessage();
    }
    if (mapping.getCause() != null) {
      return mapping.getCause().getMessage();
    }
    String field = field(mapping);
    if (mapping instanceof UnrecognizedPropertyException) {
      return field + " must be absent: there is no such field";
    }
    if (mapping instanceof InvalidFormatException invalid && invalid.getTargetType().isEnum()) {
      return field + " (=" + invalid.getValue() + ") must be one of " + names(invalid);
    }
    return field.isEmpty()
        ? mapping.getOriginalMessage()
        : field + ": " + mapping.getOriginalMessage();
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

  /** Writes a config; an existing file is replaced only when the new one is complete. */
  public static void write(Path file, Object config, String className) throws IOException {
    ObjectNode object = MAPPER.createObjectNode();
    object.put(CLASS_NAME, className);
    object.setAll((ObjectNode) MAPPER.valueToTree(config));
    AtomicFiles.write(
        file, MAPPER.writeValueAsString(object).concat("\n").getBytes(StandardCharsets.UTF_8));
  }
}

package org.diffusion4j.core.files;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;

/**
 * The one set of rules by which JSON is read, whoever wrote it.
 *
 * <p>No object has a name twice, which readers would understand in different ways; a text holds one
 * value and nothing after it; depth, names, numbers and strings have bounds. What breaks a rule
 * ends in a {@link JsonProcessingException}.
 */
public final class Json {
  /** No published file has more than ten levels. */
  private static final int MAX_DEPTH = 100;

  /** The longest numbers that are written have under 30 digits. */
  private static final int MAX_NUMBER_LENGTH = 1000;

  /** Tokens and tensors have names of under 1,000 characters. */
  private static final int MAX_NAME_LENGTH = 50_000;

  /** Room for the notes that trainers put into the metadata of weights. */
  private static final int MAX_STRING_LENGTH = 20_000_000;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxNumberLength(MAX_NUMBER_LENGTH)
                  .maxNameLength(MAX_NAME_LENGTH)
                  .maxStringLength(MAX_STRING_LENGTH)
                  .build())
          .build();

  private static final JsonMapper MAPPER = mapper().build();

  private Json() {}

  /** A mapper with these rules, for whoever needs more than trees. */
  public static JsonMapper.Builder mapper() {
    return JsonMapper.builder(FACTORY.copy())
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
  }

  /** The value that a text holds, a missing node if it is blank. */
  public static JsonNode read(String text) throws JsonProcessingException {
    return MAPPER.readTree(text);
  }

  /** The tokens of a text, one by one. */
  public static JsonParser parse(String text) throws IOException {
    return FACTORY.createParser(text);
  }

  /** Writes tokens as UTF-8, one by one. */
  public static JsonGenerator write(OutputStream out) throws IOException {
    return FACTORY.createGenerator(out);
  }

  /** A new object without fields. */
  public static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  /** A value as text on several lines. */
  public static String pretty(Object value) throws JsonProcessingException {
    return MAPPER.writer(SerializationFeature.INDENT_OUTPUT).writeValueAsString(value);
  }
}

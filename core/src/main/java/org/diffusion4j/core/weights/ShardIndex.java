package org.diffusion4j.core.weights;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.diffusion4j.core.InvalidFileException;
import org.diffusion4j.core.check.Texts;
import org.diffusion4j.core.files.AtomicFiles;
import org.diffusion4j.core.files.FileNames;
import org.diffusion4j.core.files.Json;
import org.diffusion4j.core.files.TextFiles;

/**
 * Which file holds which tensor, where a model is in several: the ecosystem's {@code
 * *.safetensors.index.json}.
 *
 * @param weightMap the name of a file of the index's folder, by that of the tensor
 */
record ShardIndex(Map<String, String> weightMap) {
  static final String ENDING = ".index.json";

  private static final String WEIGHT_MAP = "weight_map";

  /**
   * Reads an index.
   *
   * @throws InvalidFileException if it is no such JSON, names a tensor twice or a file that is not
   *     of its folder
   * @throws UncheckedIOException if it is missing or cannot be read
   */
  static ShardIndex read(Path file) {
    try {
      String json = TextFiles.read(file, SafetensorsHeader.MAX_LENGTH);
      try (JsonParser parser = Json.parse(json)) {
        return new ShardIndex(weightMap(file, parser));
      }
    } catch (JsonProcessingException e) {
      throw new InvalidFileException(
          file, "is not valid JSON: " + Texts.quote(e.getOriginalMessage()), e);
    } catch (IOException e) {
      throw SafetensorsFile.unreadable(file, e);
    }
  }

  private static Map<String, String> weightMap(Path file, JsonParser parser) throws IOException {
    expect(file, parser, JsonToken.START_OBJECT, "must be a JSON object");
    Map<String, String> weightMap = new LinkedHashMap<>();
    boolean found = false;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      if (parser.currentName().equals(WEIGHT_MAP)) {
        found = true;
        readWeightMap(file, parser, weightMap);
      } else {
        parser.nextToken();
        parser.skipChildren();
      }
    }
    if (!found) {
      throw new InvalidFileException(file, WEIGHT_MAP + " must be there");
    }
    return weightMap;
  }

  private static void readWeightMap(Path file, JsonParser parser, Map<String, String> weightMap)
      throws IOException {
    expect(file, parser, JsonToken.START_OBJECT, WEIGHT_MAP + " must be an object");
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String tensor = parser.currentName();
      String where = WEIGHT_MAP + "." + Texts.quote(tensor);
      expect(file, parser, JsonToken.VALUE_STRING, where + " must be a string");
      String shard = parser.getText();
      if (!FileNames.isName(shard)) {
        throw new InvalidFileException(
            file,
            where + " (=" + Texts.quote(shard) + ") must be the name of a file of the same folder");
      }
      weightMap.put(tensor, shard);
    }
  }

  private static void expect(Path file, JsonParser parser, JsonToken token, String rule)
      throws IOException {
    if (parser.nextToken() != token) {
      throw new InvalidFileException(file, rule);
    }
  }

  /**
   * Writes the index, sorted by tensor, or replaces a file.
   *
   * @param totalSize the bytes of all tensors
   */
  void write(Path file, long totalSize) throws IOException {
    ByteArrayOutputStream json = new ByteArrayOutputStream();
    try (JsonGenerator generator = Json.write(json)) {
      generator.setPrettyPrinter(new DefaultPrettyPrinter());
      generator.writeStartObject();
      generator.writeObjectFieldStart("metadata");
      generator.writeNumberField("total_size", totalSize);
      generator.writeEndObject();
      generator.writeObjectFieldStart(WEIGHT_MAP);
      for (Map.Entry<String, String> entry : new TreeMap<>(weightMap).entrySet()) {
        generator.writeStringField(entry.getKey(), entry.getValue());
      }
      generator.writeEndObject();
      generator.writeEndObject();
      generator.writeRaw('\n');
    }
    AtomicFiles.write(file, json.toByteArray());
  }
}

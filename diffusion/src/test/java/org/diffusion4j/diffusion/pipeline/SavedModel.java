package org.diffusion4j.diffusion.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.StreamSupport;

/** What is on disk, read by nothing of the project. */
final class SavedModel {
  private static final ObjectMapper JSON = new ObjectMapper();

  private SavedModel() {}

  /**
   * Type, shape and bytes of every tensor by its name, but for {@code position_ids}: no parameter,
   * and dropped when a model is saved.
   */
  static Map<String, String> tensors(List<Path> files) throws IOException {
    Map<String, String> tensors = new TreeMap<>();
    for (Path file : files) {
      byte[] bytes = Files.readAllBytes(file);
      int header = Math.toIntExact(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong());
      int data = Long.BYTES + header;
      JsonNode entries = JSON.readTree(new String(bytes, 8, header, StandardCharsets.UTF_8));
      for (Map.Entry<String, JsonNode> entry : entries.properties()) {
        JsonNode info = entry.getValue();
        if (entry.getKey().equals("__metadata__") || entry.getKey().endsWith("position_ids")) {
          continue;
        }
        int from = info.get("data_offsets").get(0).asInt();
        int to = info.get("data_offsets").get(1).asInt();
        tensors.put(
            entry.getKey(),
            info.get("dtype").asText()
                + info.get("shape")
                + HexFormat.of().formatHex(bytes, data + from, data + to));
      }
    }
    return tensors;
  }

  /**
   * The fields of a JSON object, but for notes; equal numbers are equal however they are written.
   */
  static Map<String, Object> fields(Path file) throws IOException {
    return fields(JSON.readTree(file.toFile()));
  }

  private static Map<String, Object> fields(JsonNode object) {
    Map<String, Object> fields = new TreeMap<>();
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      if (!field.getKey().startsWith("_")) {
        fields.put(field.getKey(), value(field.getValue()));
      }
    }
    return fields;
  }

  private static Object value(JsonNode value) {
    if (value.isObject()) {
      return fields(value);
    } else if (value.isArray()) {
      return StreamSupport.stream(value.spliterator(), false).map(SavedModel::value).toList();
    }
    return value.isNumber() ? String.valueOf(value.doubleValue()) : value.toString();
  }
}

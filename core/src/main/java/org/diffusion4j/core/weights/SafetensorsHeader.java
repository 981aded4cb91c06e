package org.diffusion4j.core.weights;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.diffusion4j.core.InvalidFileException;
import org.diffusion4j.core.check.Texts;
import org.diffusion4j.core.files.Json;

/**
 * The JSON at the start of a safetensors file, checked as the reference implementation checks it.
 *
 * @param tensors the tensors by name, in the order of the header
 * @param metadata free text by key
 */
record SafetensorsHeader(Map<String, TensorInfo> tensors, Map<String, String> metadata) {
  static final String METADATA = "__metadata__";

  /** The bytes of the header's length, which come before it. */
  static final int LENGTH_BYTES = Long.BYTES;

  /** The longest header that the reference implementation accepts. */
  static final int MAX_LENGTH = 100_000_000;

  /**
   * Reads and checks a header.
   *
   * @param file for messages
   * @param bytes the header without its length
   * @param dataLength the bytes of the file after the header
   * @throws InvalidFileException if the header is malformed or the tensors do not fill the data
   *     without gap or overlap
   */
  static SafetensorsHeader parse(Path file, byte[] bytes, long dataLength) {
    if (bytes.length == 0 || bytes[0] != '{') {
      throw new InvalidFileException(file, "header must start with '{'");
    }
    try (JsonParser parser = Json.parse(decode(file, bytes))) {
      SafetensorsHeader header = new Parsing(file, parser).header();
      header.checkOffsets(file, dataLength);
      return header;
    } catch (JsonProcessingException e) {
      throw new InvalidFileException(
          file, "header is not valid JSON: " + Texts.quote(e.getOriginalMessage()), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Strictly UTF-8: a parser of bytes would guess other encodings. */
  private static String decode(Path file, byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new InvalidFileException(file, "header must be UTF-8", e);
    }
  }

  private void checkOffsets(Path file, long dataLength) {
    List<Map.Entry<String, TensorInfo>> ordered = new ArrayList<>(tensors.entrySet());
    ordered.sort(
        Comparator.comparingLong((Map.Entry<String, TensorInfo> entry) -> entry.getValue().begin())
            .thenComparingLong(entry -> entry.getValue().end()));
    long filled = 0;
    for (Map.Entry<String, TensorInfo> entry : ordered) {
      TensorInfo info = entry.getValue();
      if (info.begin() != filled) {
        throw new InvalidFileException(
            file,
            String.format(
                Locale.ROOT,
                "tensor %s begins at %d, but must begin where the one before it ends (=%d)",
                Texts.quote(entry.getKey()),
                info.begin(),
                filled));
      }
      filled = info.end();
    }
    if (filled != dataLength) {
      throw new InvalidFileException(
          file, "tensors take " + filled + " bytes, but the file holds " + dataLength);
    }
  }

  /** One run over the JSON. */
  private record Parsing(Path file, JsonParser parser) {

    SafetensorsHeader header() throws IOException {
      Map<String, TensorInfo> tensors = new LinkedHashMap<>();
      Map<String, String> metadata = new LinkedHashMap<>();
      expect(JsonToken.START_OBJECT, "header must be an object");
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        if (name.equals(METADATA)) {
          readMetadata(metadata);
        } else {
          tensors.put(name, tensor(name));
        }
      }
      if (parser.nextToken() != null) {
        throw new JsonParseException(parser, "more follows after the object");
      }
      return new SafetensorsHeader(tensors, metadata);
    }

    private void readMetadata(Map<String, String> metadata) throws IOException {
      expect(JsonToken.START_OBJECT, METADATA + " must be an object");
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String key = parser.currentName();
        expect(JsonToken.VALUE_STRING, METADATA + "." + Texts.quote(key) + " must be a string");
        metadata.put(key, parser.getText());
      }
    }

    private TensorInfo tensor(String name) throws IOException {
      String where = "tensor " + Texts.quote(name) + ": ";
      DType dtype = null;
      List<Long> shape = null;
      List<Long> offsets = null;
      expect(JsonToken.START_OBJECT, where + "must be an object");
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        switch (parser.currentName()) {
          case "dtype" -> dtype = dtype(where);
          case "shape" -> shape = integers(where + "shape");
          case "data_offsets" -> offsets = integers(where + "data_offsets");
          default -> {
            parser.nextToken();
            parser.skipChildren();
          }
        }
      }
      if (dtype == null || shape == null || offsets == null) {
        throw new InvalidFileException(file, where + "must have dtype, shape and data_offsets");
      }
      if (offsets.size() != 2) {
        throw new InvalidFileException(
            file, where + "data_offsets (=" + Texts.quote(offsets.toString()) + ") must be two");
      }
      try {
        return new TensorInfo(dtype, shape, offsets.get(0), offsets.get(1));
      } catch (IllegalArgumentException e) {
        throw new InvalidFileException(file, where + e.getMessage(), e);
      }
    }

    private DType dtype(String where) throws IOException {
      expect(JsonToken.VALUE_STRING, where + "dtype must be a string");
      try {
        return DType.valueOf(parser.getText());
      } catch (IllegalArgumentException e) {
        throw new InvalidFileException(
            file, where + "dtype (=" + Texts.quote(parser.getText()) + ") is unknown", e);
      }
    }

    private List<Long> integers(String what) throws IOException {
      String rule = what + " must be a list of integers, 0 or more and below 2^63";
      expect(JsonToken.START_ARRAY, rule);
      List<Long> values = new ArrayList<>();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT
            || parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
            || parser.getLongValue() < 0) {
          throw new InvalidFileException(file, rule);
        }
        values.add(parser.getLongValue());
      }
      return values;
    }

    private void expect(JsonToken token, String rule) throws IOException {
      if (parser.nextToken() != token) {
        throw new InvalidFileException(file, rule);
      }
    }
  }
}

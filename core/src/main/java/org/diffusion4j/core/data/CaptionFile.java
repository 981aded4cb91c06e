package org.diffusion4j.core.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.diffusion4j.core.InvalidFileException;
import org.diffusion4j.core.check.Texts;
import org.diffusion4j.core.files.FileNames;
import org.diffusion4j.core.files.Json;

/** The formats of files that say which captions which picture has. */
enum CaptionFile {
  /** Hugging Face's image folder: a JSON object a line. */
  METADATA_JSONL("metadata.jsonl"),

  /** The same as a table of comma-separated values. */
  METADATA_CSV("metadata.csv"),

  /** A JSON object a line. */
  CAPTIONS_JSONL("captions.jsonl"),

  /** A file name, a tab or else a comma, and a caption a line. */
  CAPTIONS_TXT("captions.txt");

  private static final long MAX_BYTES = 256L << 20;
  private static final List<String> FILE_KEYS = List.of("file_name", "image");
  private static final List<String> CAPTION_KEYS = List.of("text", "caption", "name", "aliases");

  /** The first line that caption tables of the Flickr8k kind have. */
  private static final String TABLE_HEADER = "image,caption";

  private final String fileName;

  CaptionFile(String fileName) {
    this.fileName = fileName;
  }

  String fileName() {
    return fileName;
  }

  /**
   * The pictures in the order of their first lines, the captions of one picture's lines together.
   *
   * @throws InvalidFileException if a line is not of the format, or names a file outside the folder
   */
  List<CaptionedImage> read(Path folder) {
    Path file = folder.resolve(fileName);
    Map<String, List<String>> captions = new LinkedHashMap<>();
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new InvalidFileException(
            file, "length (=" + Files.size(file) + ") must be at most " + MAX_BYTES + " bytes");
      }
      try (BufferedReader lines = Files.newBufferedReader(file)) {
        int number = 0;
        CaptionColumns columns = null;
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          number++;
          if (line.isBlank() || (number == 1 && line.strip().equals(TABLE_HEADER))) {
            continue;
          }
          if (this == METADATA_CSV && columns == null) {
            columns = CaptionColumns.of(file, line, FILE_KEYS, CAPTION_KEYS);
            continue;
          }
          CaptionedImage image =
              switch (this) {
                case METADATA_JSONL, CAPTIONS_JSONL -> parseJson(file, number, line);
                case METADATA_CSV -> columns.parse(file, number, line);
                case CAPTIONS_TXT -> parseText(file, number, line);
              };
          checkWithin(file, number, image.fileName());
          captions
              .computeIfAbsent(image.fileName(), name -> new ArrayList<>())
              .addAll(image.captions());
        }
      }
    } catch (CharacterCodingException e) {
      throw new InvalidFileException(file, "must be UTF-8 text", e);
    } catch (IOException e) {
      throw new InvalidFileException(file, "cannot be read: " + e.getMessage(), e);
    }
    if (captions.isEmpty()) {
      throw new InvalidFileException(file, "must have a line for a picture");
    }
    return captions.entrySet().stream()
        .map(entry -> new CaptionedImage(entry.getKey(), entry.getValue()))
        .toList();
  }

  private static CaptionedImage parseJson(Path file, int number, String line) {
    JsonNode object;
    try {
      object = Json.read(line);
    } catch (JsonProcessingException e) {
      throw new InvalidFileException(
          file,
          "line " + number + " must be a JSON object: " + Texts.sentence(e.getOriginalMessage()),
          e);
    }
    String name = null;
    for (String key : FILE_KEYS) {
      if (name == null && object.path(key).isTextual()) {
        name = object.get(key).textValue();
      }
    }
    List<String> captions = new ArrayList<>();
    for (String key : CAPTION_KEYS) {
      addTexts(object.path(key), captions);
    }
    if (name == null || captions.isEmpty()) {
      throw new InvalidFileException(
          file,
          "line " + number + " must have one of " + FILE_KEYS + " and one of " + CAPTION_KEYS);
    }
    return new CaptionedImage(name, captions);
  }

  private static void addTexts(JsonNode value, List<String> texts) {
    if (value.isArray()) {
      value.forEach(element -> addTexts(element, texts));
    } else if (value.isTextual() && !value.textValue().isBlank()) {
      texts.add(value.textValue().strip());
    }
  }

  private static CaptionedImage parseText(Path file, int number, String line) {
    int separator = line.indexOf('\t') >= 0 ? line.indexOf('\t') : line.indexOf(',');
    String caption = separator < 0 ? "" : unquote(line.substring(separator + 1).strip());
    if (separator <= 0 || caption.isBlank()) {
      throw new InvalidFileException(
          file, "line " + number + " must be a file name, a tab or a comma, and a caption");
    }
    return new CaptionedImage(line.substring(0, separator).strip(), List.of(caption));
  }

  private static String unquote(String text) {
    boolean quoted = text.length() > 1 && text.startsWith("\"") && text.endsWith("\"");
    return quoted ? text.substring(1, text.length() - 1).replace("\"\"", "\"") : text;
  }

  private static void checkWithin(Path file, int number, String name) {
    if (!FileNames.isWithin(name)) {
      throw new InvalidFileException(
          file,
          "file name in line "
              + number
              + " (="
              + Texts.quote(name)
              + ") must lie within the folder");
    }
  }
}

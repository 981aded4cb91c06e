package org.diffusion4j.clip.token;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.diffusion4j.core.InvalidFileException;
import org.diffusion4j.core.check.Texts;
import org.diffusion4j.core.files.AtomicFiles;
import org.diffusion4j.core.files.Json;
import org.diffusion4j.core.files.TextFiles;

/** The texts and JSON objects that a tokenizer's folder is made of. */
final class TokenizerFile {
  /** Sixteen times the size of CLIP's own files. */
  static final int MAX_BYTES = 16 << 20;

  private TokenizerFile() {}

  /** An object whose names are tokens or fields. */
  static ObjectNode object(Path file) throws IOException {
    try {
      JsonNode root = Json.read(text(file));
      if (root instanceof ObjectNode object) {
        return object;
      }
      throw new InvalidFileException(file, "must be a JSON object");
    } catch (JacksonException e) {
      throw new InvalidFileException(
          file, "must be JSON: " + Texts.sentence(e.getOriginalMessage()), e);
    }
  }

  /** Writes an object; an existing file is replaced only when the new one is complete. */
  static void write(Path file, ObjectNode object) throws IOException {
    AtomicFiles.write(file, (object.toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8));
  }

  /** The whole file. */
  static String text(Path file) throws IOException {
    try {
      return TextFiles.read(file, MAX_BYTES);
    } catch (NoSuchFileException e) {
      throw new InvalidFileException(file, "no such file", e);
    }
  }
}

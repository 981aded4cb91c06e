package org.diffusion4j.diffusion.lora;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import org.diffusion4j.core.InvalidFileException;
import org.diffusion4j.core.check.Texts;
import org.diffusion4j.core.files.Json;

/**
 * peft's configuration of the adapters, which diffusers writes into a file's metadata since its
 * version 0.34: a JSON object with a field such as {@code unet.lora_alpha} for each part.
 */
final class AdapterMetadata {
  private static final String KEY = "lora_adapter_metadata";

  /** Fields that change the formula of the adapter where they are true. */
  private static final List<String> REFUSED = List.of("use_rslora", "use_dora", "lora_bias");

  private final Path file;
  private final JsonNode fields;

  private AdapterMetadata(Path file, JsonNode fields) {
    this.file = file;
    this.fields = fields;
  }

  /**
   * The configuration in a file's metadata, empty where there is none.
   *
   * @throws InvalidFileException if it is no JSON object or asks for another formula
   */
  static AdapterMetadata of(Path file, Map<String, String> metadata) {
    AdapterMetadata read = new AdapterMetadata(file, parse(file, metadata.getOrDefault(KEY, "{}")));
    for (LoraPart part : LoraPart.values()) {
      for (String name : REFUSED) {
        JsonNode value = read.field(part, name);
        if (!value.isMissingNode() && !value.isNull() && !value.equals(BooleanNode.FALSE)) {
          throw read.invalid(part, name, value, "must be false");
        }
      }
    }
    return read;
  }

  private static JsonNode parse(Path file, String json) {
    try {
      JsonNode fields = Json.read(json);
      if (!fields.isObject()) {
        throw new InvalidFileException(file, "metadata " + KEY + " must be a JSON object");
      }
      return fields;
    } catch (JsonProcessingException e) {
      throw new InvalidFileException(file, "metadata " + KEY + " is not valid JSON", e);
    }
  }

  /**
   * The alpha of a module: what {@code alpha_pattern} says of its name or the end of it, or else
   * {@code lora_alpha}.
   *
   * @throws InvalidFileException if it is no number
   */
  OptionalDouble alpha(LoraPart part, String module) {
    JsonNode patterns = field(part, "alpha_pattern");
    for (Map.Entry<String, JsonNode> pattern : patterns.properties()) {
      if (LoraConfig.matches(module, pattern.getKey())) {
        return OptionalDouble.of(number(part, "alpha_pattern", pattern.getValue()));
      }
    }
    JsonNode alpha = field(part, "lora_alpha");
    return alpha.isMissingNode() || alpha.isNull()
        ? OptionalDouble.empty()
        : OptionalDouble.of(number(part, "lora_alpha", alpha));
  }

  private double number(LoraPart part, String name, JsonNode value) {
    if (!value.isNumber()) {
      throw invalid(part, name, value, "must be a number");
    }
    return value.doubleValue();
  }

  private JsonNode field(LoraPart part, String name) {
    return fields.path(part.folder() + "." + name);
  }

  private InvalidFileException invalid(LoraPart part, String name, JsonNode value, String rule) {
    return new InvalidFileException(
        file,
        String.format(
            Locale.ROOT,
            "metadata %s: %s.%s (=%s) %s",
            KEY,
            part.folder(),
            name,
            Texts.quote(value.toString()),
            rule));
  }
}

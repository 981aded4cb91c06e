package org.diffusion4j.clip.token;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import org.diffusion4j.core.InvalidFileException;
import org.diffusion4j.core.check.Texts;
import org.diffusion4j.core.config.ModelLimits;
import org.diffusion4j.core.files.FileLookup;

/**
 * The tokens that are no part of words, and the length of a text.
 *
 * @param bosToken stands before every text
 * @param eosToken stands after every text
 * @param padToken fills up what is left
 * @param unkToken stands for what is no token, which no text holds
 * @param literals tokens that stand for themselves where a text has them, before it is cleaned
 * @param modelMaxLength the number of ids that the model reads, if a file says
 */
record SpecialTokens(
    String bosToken,
    String eosToken,
    String padToken,
    String unkToken,
    Set<String> literals,
    OptionalInt modelMaxLength) {
  private static final String CONFIG = "tokenizer_config.json";
  private static final String MAP = "special_tokens_map.json";
  private static final String ADDED = "added_tokens.json";
  private static final String DECODER = "added_tokens_decoder";
  private static final String ADDITIONAL = "additional_special_tokens";

  private static final String CLASS_NAME = "CLIPTokenizer";
  private static final Set<String> CLASSES = Set.of(CLASS_NAME, "CLIPTokenizerFast");

  /** Each is looked for at every place of a text; files of published models have a handful. */
  private static final int MAX_LITERALS = 1024;

  /** Fields of {@link #CONFIG} that would change ids, and the one value that is implemented. */
  private static final Map<String, String> FIXED =
      Map.of("split_special_tokens", "false", "padding_side", "right", "truncation_side", "right");

  SpecialTokens {
    literals = Set.copyOf(literals);
  }

  /** Those of openai/CLIP. */
  static SpecialTokens standard() {
    return new SpecialTokens(
        Vocabulary.START,
        Vocabulary.END,
        Vocabulary.END,
        Vocabulary.END,
        Set.of(),
        OptionalInt.of(ClipTokenizer.CONTEXT_LENGTH));
  }

  /**
   * Those of a transformers tokenizer's folder, as {@code from_pretrained} finds them: where {@code
   * tokenizer_config.json} lists no {@code added_tokens_decoder}, {@code special_tokens_map.json}
   * counts more than it.
   *
   * @param ids the vocabulary, of which all must be
   */
  static SpecialTokens read(Path folder, Map<String, Integer> ids) throws IOException {
    Path config = folder.resolve(CONFIG);
    ObjectNode fields = optional(config);
    requireImplemented(config, fields);
    Path tokensFile = config;
    Set<String> literals = new TreeSet<>();
    if (fields.get(DECODER) instanceof ObjectNode decoder) {
      for (Map.Entry<String, JsonNode> entry : decoder.properties()) {
        String token = content(config, DECODER, entry.getValue());
        literals.add(added(config, token, entry.getKey(), ids));
      }
    } else {
      ObjectNode map = optional(folder.resolve(MAP));
      tokensFile = map.isEmpty() ? config : folder.resolve(MAP);
      fields.setAll(map);
      Path addedTokens = folder.resolve(ADDED);
      for (Map.Entry<String, JsonNode> entry : optional(addedTokens).properties()) {
        literals.add(added(addedTokens, entry.getKey(), entry.getValue().asText(), ids));
      }
    }
    for (JsonNode token : fields.path(ADDITIONAL)) {
      literals.add(known(tokensFile, ADDITIONAL, token, ids));
    }
    String bosToken = token(tokensFile, fields, "bos_token", Vocabulary.START, ids);
    String eosToken = token(tokensFile, fields, "eos_token", Vocabulary.END, ids);
    String padToken = token(tokensFile, fields, "pad_token", Vocabulary.END, ids);
    String unkToken = token(tokensFile, fields, "unk_token", Vocabulary.END, ids);
    literals.addAll(List.of(bosToken, eosToken, padToken, unkToken));
    if (literals.size() > MAX_LITERALS) {
      throw new InvalidFileException(
          folder,
          "number of special and added tokens (="
              + literals.size()
              + ") must be at most "
              + MAX_LITERALS);
    }
    return new SpecialTokens(
        bosToken, eosToken, padToken, unkToken, literals, maxLength(config, fields));
  }

  /**
   * Writes {@code special_tokens_map.json} and {@code tokenizer_config.json} as transformers does.
   *
   * @param length the number of ids that the model reads; no limit is written if empty
   */
  void write(Path folder, OptionalInt length) throws IOException {
    Set<String> others = new TreeSet<>(literals);
    List.of(bosToken, eosToken, padToken, unkToken).forEach(others::remove);

    ObjectNode map = JsonNodeFactory.instance.objectNode();
    map.set("bos_token", normalized(bosToken));
    map.set("eos_token", normalized(eosToken));
    map.put("pad_token", padToken);
    map.set("unk_token", normalized(unkToken));
    ObjectNode config = JsonNodeFactory.instance.objectNode();
    config.put("add_prefix_space", false);
    config.put("bos_token", bosToken);
    config.put("eos_token", eosToken);
    config.put("unk_token", unkToken);
    config.put("pad_token", padToken);
    config.put("do_lower_case", true);
    config.put("errors", "replace");
    length.ifPresent(ids -> config.put("model_max_length", ids));
    config.put("tokenizer_class", CLASS_NAME);
    if (!others.isEmpty()) {
      others.forEach(map.putArray(ADDITIONAL)::add);
      others.forEach(config.putArray(ADDITIONAL)::add);
    }
    TokenizerFile.write(folder.resolve(MAP), map);
    TokenizerFile.write(folder.resolve(CONFIG), config);
    Files.deleteIfExists(folder.resolve(ADDED));
  }

  /** A token that is looked for in the cleaned text too. */
  private static ObjectNode normalized(String token) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("content", token)
        .put("lstrip", false)
        .put("normalized", true)
        .put("rstrip", false)
        .put("single_word", false);
  }

  /** An added token, which must be one of the vocabulary's. */
  private static String added(Path file, String token, String id, Map<String, Integer> ids) {
    if (token.isEmpty() || !id.equals(String.valueOf(ids.get(token)))) {
      throw new InvalidFileException(
          file,
          "id of added token "
              + Texts.quote(token)
              + " (="
              + Texts.quote(id)
              + ") must be that of "
              + Vocabulary.VOCABULARY_FILE);
    }
    return token;
  }

  private static ObjectNode optional(Path file) throws IOException {
    return FileLookup.fileExists(file)
        ? TokenizerFile.object(file)
        : JsonNodeFactory.instance.objectNode();
  }

  private static void requireImplemented(Path file, ObjectNode fields) {
    JsonNode type = fields.path("tokenizer_class");
    if (!type.isMissingNode() && !type.isNull() && !CLASSES.contains(type.asText())) {
      throw new InvalidFileException(
          file, "tokenizer_class (=" + Texts.quote(type.asText()) + ") must be CLIPTokenizer");
    }
    FIXED.forEach(
        (name, value) -> {
          JsonNode given = fields.path(name);
          if (!given.isMissingNode() && !given.isNull() && !given.asText().equals(value)) {
            throw new InvalidFileException(
                file, name + " (=" + Texts.quote(given.asText()) + ") must be " + value);
          }
        });
  }

  private static String token(
      Path file, ObjectNode fields, String name, String absent, Map<String, Integer> ids) {
    JsonNode given = Optional.ofNullable(fields.get(name)).orElse(fields.nullNode());
    return known(file, name, given.isNull() ? fields.textNode(absent) : given, ids);
  }

  private static String known(Path file, String name, JsonNode node, Map<String, Integer> ids) {
    String token = content(file, name, node);
    if (!ids.containsKey(token)) {
      throw new InvalidFileException(
          file,
          name + " (=" + Texts.quote(token) + ") must be a token of " + Vocabulary.VOCABULARY_FILE);
    }
    return token;
  }

  /**
   * The characters of a token, which stands alone or with settings of how its neighbours are
   * stripped.
   */
  private static String content(Path file, String name, JsonNode node) {
    JsonNode content = node.isObject() ? node.path("content") : node;
    if (!content.isTextual() || content.textValue().isEmpty()) {
      throw new InvalidFileException(
          file,
          name
              + " (="
              + Texts.quote(node.toString())
              + ") must be a token or an object with its content");
    }
    if (node.path("single_word").asBoolean()) {
      throw new InvalidFileException(
          file,
          "single_word of "
              + name
              + " "
              + Texts.quote(content.textValue())
              + " (=true) must be false");
    }
    return content.textValue();
  }

  /** Transformers writes 10^30 where there is no limit. */
  private static OptionalInt maxLength(Path file, ObjectNode fields) {
    JsonNode length = fields.path("model_max_length");
    if (length.isMissingNode() || length.isNull() || length.asDouble() > Integer.MAX_VALUE) {
      return OptionalInt.empty();
    }
    if (!length.isInt()
        || length.intValue() < ClipTokenizer.MIN_LENGTH
        || length.intValue() > ModelLimits.POSITIONS) {
      throw new InvalidFileException(
          file,
          "model_max_length (="
              + Texts.quote(length.toString())
              + ") must be a whole number from 2, for the start and the end token, to "
              + ModelLimits.POSITIONS);
    }
    return OptionalInt.of(length.intValue());
  }
}

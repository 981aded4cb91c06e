package org.diffusion4j.clip.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.diffusion4j.core.InvalidFileException;
import org.diffusion4j.core.check.Texts;
import org.diffusion4j.core.config.ConfigFile;

/**
 * A model's {@code config.json} as transformers writes it.
 *
 * <p>The class of the model is what {@code _class_name} says, else one of {@code architectures}; a
 * file with neither has the right {@code model_type}. Each field belongs to one of four kinds:
 *
 * <ol>
 *   <li>components of the config record: they are read, and have the record's default where the
 *       file says nothing;
 *   <li>fields that say what the file is or how the model was initialized, and those of {@code
 *       PretrainedConfig}, which every model has and of which CLIP reads none: passed over,
 *       whatever they say ({@link #PASSED_OVER});
 *   <li>fields that are harmless at one value and change what is computed at others: they must have
 *       that value or null ({@link #FIXED});
 *   <li>all others are refused.
 * </ol>
 */
public final class TransformersConfig {
  /** Says which kind of config it is, also in the parts of one. */
  public static final String MODEL_TYPE = "model_type";

  private static final String CLASS_NAME = "_class_name";
  private static final String ARCHITECTURES = "architectures";

  private static final Set<String> PASSED_OVER =
      Set.of(
          // what the file is
          ARCHITECTURES,
          MODEL_TYPE,
          "transformers_version",
          "torch_dtype",
          "dtype",
          "use_bfloat16",
          // how the model was initialized, and what its tokenizer is for
          "initializer_range",
          "initializer_factor",
          "logit_scale_init_value",
          "bos_token_id",
          "eos_token_id",
          "pad_token_id",
          "sep_token_id",
          "decoder_start_token_id",
          "tokenizer_class",
          "prefix",
          // the form of Python's results
          "return_dict",
          "output_hidden_states",
          "output_attentions",
          "torchscript",
          "chunk_size_feed_forward",
          "attn_implementation",
          // other kinds of model and task
          "tf_legacy_loss",
          "tie_word_embeddings",
          "is_encoder_decoder",
          "is_decoder",
          "cross_attention_hidden_size",
          "add_cross_attention",
          "tie_encoder_decoder",
          "finetuning_task",
          "id2label",
          "label2id",
          "num_labels",
          "task_specific_params",
          "problem_type",
          // the generation of text
          "max_length",
          "min_length",
          "do_sample",
          "early_stopping",
          "num_beams",
          "num_beam_groups",
          "diversity_penalty",
          "temperature",
          "top_k",
          "top_p",
          "typical_p",
          "repetition_penalty",
          "length_penalty",
          "no_repeat_ngram_size",
          "encoder_no_repeat_ngram_size",
          "bad_words_ids",
          "num_return_sequences",
          "output_scores",
          "return_dict_in_generate",
          "forced_bos_token_id",
          "forced_eos_token_id",
          "remove_invalid_values",
          "exponential_decay_length_penalty",
          "suppress_tokens",
          "begin_suppress_tokens");

  /** Why other values are refused, by field: no dropout is done, no head is cut off. */
  private static final Map<String, String> FIXED =
      Map.of(
          "dropout", "must be 0",
          "attention_dropout", "must be 0",
          "pruned_heads", "must be empty",
          "quantization_config", "must be absent");

  private final ConfigFile.Content content;

  private TransformersConfig(ConfigFile.Content content) {
    this.content = content;
  }

  /**
   * Opens a file.
   *
   * @param className what the file must be of, such as {@code CLIPTextModel}
   * @param modelType its {@code model_type}
   * @throws InvalidFileException if the file is missing, no JSON object, or of another class
   */
  public static TransformersConfig open(Path file, String className, String modelType)
      throws IOException {
    ConfigFile.Content content = ConfigFile.read(file);
    classOf(content, Map.of(className, modelType));
    return new TransformersConfig(content);
  }

  /**
   * Which of several classes a file is of.
   *
   * @param modelTypes the {@code model_type} of each class; of classes that share one, the first
   *     counts where the file says no more
   * @throws InvalidFileException if the file is missing, no JSON object, or of another class
   */
  public static String classOf(Path file, Map<String, String> modelTypes) throws IOException {
    return classOf(ConfigFile.read(file), modelTypes);
  }

  private static String classOf(ConfigFile.Content content, Map<String, String> modelTypes) {
    JsonNode architectures = content.fields().path(ARCHITECTURES);
    JsonNode type = content.fields().path(MODEL_TYPE);
    Set<String> classes = modelTypes.keySet();
    if (!content.className().isEmpty()) {
      return first(content, classes, content.className()::equals, CLASS_NAME, content.className());
    } else if (architectures.isArray() && !architectures.isEmpty()) {
      Set<String> named = new HashSet<>();
      architectures.forEach(architecture -> named.add(architecture.asText()));
      return first(content, classes, named::contains, ARCHITECTURES, architectures);
    }
    String modelType = first(content, modelTypes.values(), type.asText()::equals, MODEL_TYPE, type);
    return first(
        content, classes, name -> modelTypes.get(name).equals(modelType), MODEL_TYPE, type);
  }

  private static String first(
      ConfigFile.Content content,
      Collection<String> expected,
      Predicate<String> matches,
      String field,
      Object value) {
    return expected.stream()
        .filter(matches)
        .findFirst()
        .orElseThrow(
            () ->
                new InvalidFileException(
                    content.file(),
                    field
                        + " (="
                        + Texts.quote(value.toString())
                        + ") must be "
                        + String.join(" or ", new LinkedHashSet<>(expected))));
  }

  /**
   * Writes a config as transformers does; an existing file is replaced only when the new one is
   * complete. Fields that are passed over when a file is read are not written.
   *
   * @param fields those of the config; {@code architectures} and {@code model_type} are added
   */
  public static void write(Path file, ObjectNode fields, String className, String modelType)
      throws IOException {
    ObjectNode object = fields.objectNode();
    object.putArray(ARCHITECTURES).add(className);
    object.put(MODEL_TYPE, modelType);
    object.setAll(fields);
    ConfigFile.write(file, object);
  }

  /**
   * The fields over a record's.
   *
   * @param defaults what counts where the file says nothing
   * @throws InvalidFileException if a field is refused or out of its range
   */
  public <T> T over(T defaults, Class<T> type) {
    return as(completed("", content.fields(), ConfigFile.fieldsOf(defaults)), type);
  }

  /**
   * The fields over a record's whose components are themselves configs in part.
   *
   * <p>As in transformers, where files of old have {@code text_config_dict} beside {@code
   * text_config}, the former alone counts.
   *
   * @param defaults what counts where the file says nothing
   * @param parts the components that are configs
   * @throws InvalidFileException if a field is refused or out of its range
   */
  public <T> T over(T defaults, Class<T> type, Set<String> parts) {
    ObjectNode known = ConfigFile.fieldsOf(defaults);
    ObjectNode given = content.fields().deepCopy();
    for (String part : parts) {
      Optional<ObjectNode> old = part(given, part + "_dict");
      Optional<ObjectNode> fields = old.or(() -> part(given, part));
      given.remove(part + "_dict");
      given.set(
          part,
          completed(part + ".", fields.orElseGet(given::objectNode), (ObjectNode) known.get(part)));
    }
    return as(completed("", given, known), type);
  }

  private Optional<ObjectNode> part(ObjectNode fields, String name) {
    JsonNode node = fields.path(name);
    if (node.isMissingNode() || node.isNull()) {
      return Optional.empty();
    }
    if (node instanceof ObjectNode object) {
      return Optional.of(object);
    }
    throw new InvalidFileException(
        content.file(), name + " (=" + Texts.quote(node.toString()) + ") must be an object");
  }

  private ObjectNode completed(String where, ObjectNode given, ObjectNode defaults) {
    ObjectNode all = defaults.deepCopy();
    for (Map.Entry<String, JsonNode> field : given.properties()) {
      String name = field.getKey();
      if (all.has(name)) {
        all.set(name, field.getValue());
      } else if (FIXED.containsKey(name)) {
        if (!isNothing(field.getValue())) {
          throw new InvalidFileException(
              content.file(),
              where
                  + name
                  + " (="
                  + Texts.quote(field.getValue().toString())
                  + ") "
                  + FIXED.get(name));
        }
      } else if (!PASSED_OVER.contains(name) && !name.startsWith("_")) {
        throw new InvalidFileException(
            content.file(), where + Texts.quote(name) + " must be absent: there is no such field");
      }
    }
    return all;
  }

  private static boolean isNothing(JsonNode value) {
    return value.isNull()
        || (value.isNumber() && value.doubleValue() == 0)
        || (value.isContainerNode() && value.isEmpty());
  }

  private <T> T as(ObjectNode fields, Class<T> type) {
    return new ConfigFile.Content(content.file(), content.className(), fields).as(type);
  }
}

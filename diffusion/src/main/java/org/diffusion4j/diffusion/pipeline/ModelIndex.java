package org.diffusion4j.diffusion.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.diffusion4j.clip.ClipTextEncoder;
import org.diffusion4j.clip.text.ClipTextModel;
import org.diffusion4j.clip.text.ClipTextModelWithProjection;
import org.diffusion4j.core.InvalidFileException;
import org.diffusion4j.core.check.Require;
import org.diffusion4j.core.check.Texts;
import org.diffusion4j.core.config.ConfigFile;
import org.diffusion4j.diffusion.sample.SchedulerType;

/**
 * The {@code model_index.json} of diffusers: which pipeline a folder is for, and the class of each
 * component.
 *
 * <p>A component lies in the folder of its own name; the file names no paths.
 *
 * @param pipeline the class of the pipeline, one of {@link Family}'s
 * @param components by name, those that are there
 * @param flags what else the file says with true or false, such as {@code
 *     force_zeros_for_empty_prompt}
 */
public record ModelIndex(
    String pipeline, Map<String, Component> components, Map<String, Boolean> flags) {

  /** The kinds of pipeline that are known. */
  public enum Family {
    /** Stable Diffusion 1 and 2 (Rombach et al. 2022). */
    STABLE_DIFFUSION("StableDiffusion"),
    /** Stable Diffusion XL (Podell et al. 2023). */
    STABLE_DIFFUSION_XL("StableDiffusionXL");

    private static final List<String> TASKS = List.of("", "Img2Img", "Inpaint");

    private final String prefix;

    Family(String prefix) {
      this.prefix = prefix;
    }

    /** The classes that share a model, that of text to image first. */
    private List<String> pipelines() {
      return TASKS.stream().map(task -> prefix + task + "Pipeline").toList();
    }
  }

  /**
   * Where Python finds the class of a component.
   *
   * @param library a Python package
   * @param className the class there
   */
  public record Component(String library, String className) {}

  private static final String DIFFUSERS = "diffusers";
  private static final String TRANSFORMERS = "transformers";
  private static final String SCHEDULER = "scheduler";

  private static final List<String> TOKENIZERS = List.of("CLIPTokenizer", "CLIPTokenizerFast");

  /** The classes of each component that can be run; schedulers are looked at when they are used. */
  private static final Map<String, List<String>> CLASSES =
      Map.of(
          "unet", List.of("UNet2DConditionModel"),
          "vae", List.of("AutoencoderKL"),
          "text_encoder", ClipTextEncoder.classNames(),
          "text_encoder_2", ClipTextEncoder.classNames(),
          "tokenizer", TOKENIZERS,
          "tokenizer_2", TOKENIZERS);

  /** No picture depends on them, but for those of inputs that are not offered. */
  private static final List<String> PASSED_OVER =
      List.of("safety_checker", "feature_extractor", "image_encoder");

  /**
   * Checks the classes.
   *
   * @throws IllegalArgumentException if the pipeline or a component is none that is known
   */
  public ModelIndex {
    components = Collections.unmodifiableMap(new TreeMap<>(components));
    flags = Collections.unmodifiableMap(new TreeMap<>(flags));
    Require.that(
        isKnown(pipeline),
        "_class_name",
        Texts.quote(pipeline),
        "must be one of " + String.join(", ", pipelines()) + ": no other pipeline is known");
    components.forEach(ModelIndex::requireKnown);
  }

  private static boolean isKnown(String pipeline) {
    return pipelines().contains(pipeline);
  }

  private static List<String> pipelines() {
    return List.of(Family.values()).stream()
        .flatMap(family -> family.pipelines().stream())
        .toList();
  }

  private static void requireKnown(String name, Component component) {
    if (name.equals(SCHEDULER) || PASSED_OVER.contains(name)) {
      return;
    }
    List<String> classes = CLASSES.get(name);
    String className = Texts.quote(component.className);
    Require.that(
        classes != null,
        Texts.quote(name),
        className,
        "must be absent: the pipeline has no such component");
    Require.that(
        classes.contains(component.className),
        name,
        className,
        "must be " + String.join(" or ", classes));
  }

  /**
   * Reads an index.
   *
   * @throws InvalidFileException if the file is missing, too long, no JSON object, or not as above
   */
  static ModelIndex read(Path file) throws IOException {
    ConfigFile.Content content = ConfigFile.read(file);
    Map<String, Component> components = new TreeMap<>();
    Map<String, Boolean> flags = new TreeMap<>();
    for (Map.Entry<String, JsonNode> field : content.fields().properties()) {
      JsonNode value = field.getValue();
      if (value.isBoolean()) {
        flags.put(field.getKey(), value.booleanValue());
      } else if (value.isContainerNode() && !isAbsent(value)) {
        components.put(field.getKey(), component(file, field.getKey(), value));
      }
    }
    try {
      return new ModelIndex(content.className(), components, flags);
    } catch (IllegalArgumentException e) {
      throw new InvalidFileException(file, e.getMessage(), e);
    }
  }

  private static boolean isAbsent(JsonNode value) {
    return value.size() == 2 && value.path(0).isNull() && value.path(1).isNull();
  }

  private static Component component(Path file, String name, JsonNode value) {
    if (!value.isArray()
        || value.size() != 2
        || !value.path(0).isTextual()
        || !value.path(1).isTextual()) {
      throw new InvalidFileException(
          file,
          Texts.quote(name)
              + " (="
              + Texts.quote(value.toString())
              + ") must be a library and a class, or two nulls");
    }
    return new Component(value.path(0).textValue(), value.path(1).textValue());
  }

  /** The index of a Stable Diffusion model with one text encoder. */
  public static ModelIndex stableDiffusion(SchedulerType scheduler) {
    return new ModelIndex(
        Family.STABLE_DIFFUSION.pipelines().get(0),
        Map.of(
            "unet",
            new Component(DIFFUSERS, "UNet2DConditionModel"),
            "vae",
            new Component(DIFFUSERS, "AutoencoderKL"),
            "text_encoder",
            new Component(TRANSFORMERS, ClipTextModel.CLASS_NAME),
            "tokenizer",
            new Component(TRANSFORMERS, TOKENIZERS.get(0)),
            SCHEDULER,
            new Component(DIFFUSERS, scheduler.className())),
        Map.of("requires_safety_checker", false));
  }

  /** The index of a Stable Diffusion XL model with both text encoders. */
  public static ModelIndex stableDiffusionXl(SchedulerType scheduler) {
    Map<String, Component> components = new TreeMap<>(stableDiffusion(scheduler).components);
    components.put(
        "text_encoder_2", new Component(TRANSFORMERS, ClipTextModelWithProjection.CLASS_NAME));
    components.put("tokenizer_2", new Component(TRANSFORMERS, TOKENIZERS.get(0)));
    return new ModelIndex(
        Family.STABLE_DIFFUSION_XL.pipelines().get(0),
        components,
        Map.of("force_zeros_for_empty_prompt", true));
  }

  /** The kind of the pipeline. */
  public Family family() {
    return List.of(Family.values()).stream()
        .filter(family -> family.pipelines().contains(pipeline))
        .findFirst()
        .orElseThrow();
  }

  /** The components of the file that nothing here reads, such as {@code safety_checker}. */
  public List<String> passedOver() {
    return PASSED_OVER.stream().filter(components::containsKey).toList();
  }

  /** Writes the index; an existing file is replaced only when the new one is complete. */
  void write(Path file) throws IOException {
    ObjectNode fields = JsonNodeFactory.instance.objectNode();
    components.forEach(
        (name, component) -> fields.putArray(name).add(component.library).add(component.className));
    for (String name : PASSED_OVER) {
      if (!components.containsKey(name)) {
        ArrayNode absent = fields.putArray(name);
        absent.addNull().addNull();
      }
    }
    flags.forEach(fields::put);
    ConfigFile.write(file, fields, pipeline);
  }
}

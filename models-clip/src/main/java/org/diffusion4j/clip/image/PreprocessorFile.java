package org.diffusion4j.clip.image;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.diffusion4j.core.InvalidFileException;
import org.diffusion4j.core.check.Require;
import org.diffusion4j.core.check.Texts;
import org.diffusion4j.core.files.Json;
import org.diffusion4j.core.files.TextFiles;
import org.diffusion4j.core.image.Resampling;

/** The fields of a {@code preprocessor_config.json}, of which each may be missing. */
final class PreprocessorFile {
  /** The name of the present and the one of old; the fast one computes the same on tensors. */
  private static final Set<String> TYPES =
      Set.of("CLIPImageProcessor", "CLIPFeatureExtractor", "CLIPImageProcessorFast");

  private static final List<String> TYPE_FIELDS =
      List.of("image_processor_type", "feature_extractor_type");

  /** Far above the longest that is published, in bytes. */
  private static final int MAX_BYTES = 1 << 20;

  private static final ClipImageProcessorConfig DEFAULTS = ClipImageProcessorConfig.openAi(224);

  private final JsonNode fields;

  private PreprocessorFile(JsonNode fields) {
    this.fields = fields;
  }

  static ClipImageProcessorConfig read(Path file) throws IOException {
    try {
      JsonNode fields = Json.read(TextFiles.read(file, MAX_BYTES));
      if (!fields.isObject()) {
        throw new InvalidFileException(file, "must be a JSON object");
      }
      return new PreprocessorFile(fields).config();
    } catch (NoSuchFileException e) {
      throw new InvalidFileException(file, "no such file", e);
    } catch (JacksonException e) {
      throw new InvalidFileException(file, Texts.sentence(e.getOriginalMessage()), e);
    } catch (IllegalArgumentException e) {
      throw new InvalidFileException(file, Texts.sentence(e.getMessage()), e);
    }
  }

  private ClipImageProcessorConfig config() {
    checkType();
    return new ClipImageProcessorConfig(
        flag("do_resize", DEFAULTS.doResize()),
        field("size").map(PreprocessorFile::size).orElse(DEFAULTS.size()),
        field("resample")
            .map(node -> Resampling.of(integer("resample", node)))
            .orElse(DEFAULTS.resample()),
        flag("do_center_crop", DEFAULTS.doCenterCrop()),
        field("crop_size").map(PreprocessorFile::cropSize).orElse(DEFAULTS.cropSize()),
        flag("do_rescale", DEFAULTS.doRescale()),
        field("rescale_factor")
            .map(node -> number("rescale_factor", node))
            .orElse(DEFAULTS.rescaleFactor()),
        flag("do_normalize", DEFAULTS.doNormalize()),
        numbers("image_mean", DEFAULTS.imageMean()),
        numbers("image_std", DEFAULTS.imageStd()),
        flag("do_convert_rgb", DEFAULTS.doConvertRgb()));
  }

  private void checkType() {
    boolean named = false;
    for (String field : TYPE_FIELDS) {
      Optional<JsonNode> type = field(field);
      if (type.isPresent()) {
        String name = type.get().asText();
        Require.that(TYPES.contains(name), field, name, "must be CLIPImageProcessor");
        named = true;
      }
    }
    if (!named) {
      throw new IllegalArgumentException("image_processor_type must be there");
    }
  }

  private Optional<JsonNode> field(String name) {
    return Optional.ofNullable(fields.get(name)).filter(node -> !node.isNull());
  }

  private boolean flag(String name, boolean absent) {
    Optional<JsonNode> node = field(name);
    node.ifPresent(value -> Require.that(value.isBoolean(), name, value, "must be true or false"));
    return node.map(JsonNode::booleanValue).orElse(absent);
  }

  private List<Double> numbers(String name, List<Double> absent) {
    Optional<JsonNode> node = field(name);
    if (node.isEmpty()) {
      return absent;
    }
    Require.that(node.get().isArray(), name, node.get(), "must be a list of numbers");
    List<Double> numbers = new ArrayList<>();
    node.get().forEach(element -> numbers.add(number(name, element)));
    return numbers;
  }

  /** A number is the shortest edge, as it was before there were names. */
  private static ImageSize size(JsonNode node) {
    if (node.isNumber()) {
      return new ImageSize.ShortestEdge(integer("size", node));
    }
    return node.has("shortest_edge")
        ? new ImageSize.ShortestEdge(integer("shortest_edge", node.get("shortest_edge")))
        : heightWidth("size", node);
  }

  private static ImageSize.HeightWidth cropSize(JsonNode node) {
    if (node.isNumber()) {
      int side = integer("crop_size", node);
      return new ImageSize.HeightWidth(side, side);
    }
    return heightWidth("crop_size", node);
  }

  private static ImageSize.HeightWidth heightWidth(String name, JsonNode node) {
    Require.that(
        node.has("height") && node.has("width"), name, node, "must have a height and a width");
    return new ImageSize.HeightWidth(
        integer("height of " + name, node.get("height")),
        integer("width of " + name, node.get("width")));
  }

  private static int integer(String name, JsonNode node) {
    Require.that(
        node.isIntegralNumber() && node.canConvertToInt(), name, node, "must be a whole number");
    return node.intValue();
  }

  private static double number(String name, JsonNode node) {
    Require.that(node.isNumber(), name, node, "must be a number");
    return node.doubleValue();
  }
}

package org.diffusion4j.clip.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.diffusion4j.core.InvalidFileException;
import org.diffusion4j.core.image.Resampling;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClipImageProcessorConfigTest {
  private static final String TYPE = "\"image_processor_type\": \"CLIPImageProcessor\"";

  @TempDir Path folder;

  @Test
  void everyFieldIsRead() throws IOException {
    assertEquals(
        new ClipImageProcessorConfig(
            false,
            new ImageSize.HeightWidth(5, 7),
            Resampling.BILINEAR,
            false,
            new ImageSize.HeightWidth(2, 3),
            false,
            0.25,
            false,
            List.of(0.1, 0.2, 0.3),
            List.of(1.0, 2.0, 3.0),
            false),
        read(
            """
            {"image_processor_type": "CLIPImageProcessor",
             "feature_extractor_type": "CLIPFeatureExtractor",
             "do_resize": false, "size": {"height": 5, "width": 7}, "resample": 2,
             "do_center_crop": false, "crop_size": {"height": 2, "width": 3},
             "do_rescale": false, "rescale_factor": 0.25, "do_normalize": false,
             "image_mean": [0.1, 0.2, 0.3], "image_std": [1, 2, 3],
             "do_convert_rgb": false, "processor_class": "CLIPProcessor"}
            """));
  }

  @Test
  void sizesMayBeNumbersAndFieldsMayBeMissing() throws IOException {
    assertEquals(
        ClipImageProcessorConfig.openAi(336),
        read(
            """
            {"feature_extractor_type": "CLIPFeatureExtractor", "size": 336, "crop_size": 336,
             "image_std": null}
            """));
    assertEquals(
        ClipImageProcessorConfig.openAi(224),
        read("{" + TYPE + ", \"size\": {\"shortest_edge\": 224}}"));
  }

  @Test
  void filesThatBreakARuleAreRefused() throws IOException {
    assertRefused("image_processor_type must be there", "{}");
    assertRefused(
        "image_processor_type (=ViTImageProcessor) must be CLIPImageProcessor",
        "{\"image_processor_type\": \"ViTImageProcessor\"}");
    assertRefused("must be a JSON object", "[]");
    assertRefused("resample (=9) must be from 0 to 5", "{" + TYPE + ", \"resample\": 9}");
    assertRefused(
        "resample (=\"bicubic\") must be a whole number",
        "{" + TYPE + ", \"resample\": \"bicubic\"}");
    assertRefused("shortestEdge (=0) must be positive", "{" + TYPE + ", \"size\": 0}");
    assertRefused(
        "shortest_edge (=4294967296) must be a whole number",
        "{" + TYPE + ", \"size\": {\"shortest_edge\": 4294967296}}");
    assertRefused(
        "size (={\"longest_edge\":7}) must have a height and a width",
        "{" + TYPE + ", \"size\": {\"longest_edge\": 7}}");
    assertRefused(
        "crop_size (=[]) must have a height and a width", "{" + TYPE + ", \"crop_size\": []}");
    assertRefused("do_resize (=1) must be true or false", "{" + TYPE + ", \"do_resize\": 1}");
    assertRefused(
        "image_mean (=0.5) must be a list of numbers", "{" + TYPE + ", \"image_mean\": 0.5}");
    assertRefused(
        "imageStd (=0.0) must be positive and finite", "{" + TYPE + ", \"image_std\": [0, 1, 1]}");
    assertRefused(
        "length of imageStd (=2) must equal length of imageMean (=3)",
        "{" + TYPE + ", \"image_std\": [1, 1]}");
    assertRefused(
        "imageMean (=[0.5]) must have 3 values, one for each of red, green, blue",
        "{" + TYPE + ", \"image_mean\": [0.5], \"image_std\": [0.5]}");
    assertRefused(
        "rescaleFactor (=0.0) must be positive and finite",
        "{" + TYPE + ", \"rescale_factor\": 0}");
  }

  @Test
  void whatIsNoFileOfThisKindIsRefused() {
    Path missing = folder.resolve("missing.json");
    assertEquals(
        missing + ": no such file",
        assertThrows(InvalidFileException.class, () -> ClipImageProcessorConfig.read(missing))
            .getMessage());
    for (String text :
        List.of("", "{", "{}{}", "{\"size\": 1, \"size\": 2}", " ".repeat((1 << 20) + 1))) {
      assertThrows(InvalidFileException.class, () -> read(text), text);
    }
  }

  private void assertRefused(String message, String text) {
    assertEquals(
        folder.resolve("preprocessor_config.json") + ": " + message,
        assertThrows(InvalidFileException.class, () -> read(text)).getMessage());
  }

  private ClipImageProcessorConfig read(String text) throws IOException {
    return ClipImageProcessorConfig.read(
        Files.writeString(folder.resolve("preprocessor_config.json"), text));
  }
}

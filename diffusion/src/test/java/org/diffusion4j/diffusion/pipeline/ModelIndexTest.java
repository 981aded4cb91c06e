package org.diffusion4j.diffusion.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.diffusion4j.core.InvalidFileException;
import org.diffusion4j.core.config.ConfigFile;
import org.diffusion4j.diffusion.pipeline.ModelFolder.Part;
import org.diffusion4j.diffusion.pipeline.ModelIndex.Component;
import org.diffusion4j.diffusion.pipeline.ModelIndex.Family;
import org.diffusion4j.diffusion.sample.SchedulerType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a {@code model_index.json} says, and what it may not say. */
class ModelIndexTest {
  private static final String STABLE_DIFFUSION =
      """
      {
        "_class_name": "StableDiffusionPipeline",
        "_diffusers_version": "0.6.0",
        "feature_extractor": ["transformers", "CLIPImageProcessor"],
        "safety_checker": ["stable_diffusion", "StableDiffusionSafetyChecker"],
        "image_encoder": [null, null],
        "scheduler": ["diffusers", "PNDMScheduler"],
        "text_encoder": ["transformers", "CLIPTextModel"],
        "tokenizer": ["transformers", "CLIPTokenizer"],
        "unet": ["diffusers", "UNet2DConditionModel"],
        "vae": ["diffusers", "AutoencoderKL"]
      }
      """;

  @TempDir Path root;

  private ModelIndex read(String json) throws IOException {
    Files.writeString(root.resolve("model_index.json"), json);
    return new ModelFolder(root).index().orElseThrow();
  }

  @Test
  void aPublishedIndexIsRead() throws IOException {
    ModelIndex index = read(STABLE_DIFFUSION);
    assertEquals(Family.STABLE_DIFFUSION, index.family());
    assertEquals(new Component("diffusers", "PNDMScheduler"), index.components().get("scheduler"));
    assertEquals(List.of("safety_checker", "feature_extractor"), index.passedOver());
    assertTrue(new ModelFolder(root).lists(Part.UNET));
    assertFalse(new ModelFolder(root).lists(Part.CLIP_2));
  }

  @Test
  void stableDiffusionXlHasTwoTextEncoders() throws IOException {
    ModelIndex index =
        read(
            """
            {
              "_class_name": "StableDiffusionXLPipeline",
              "force_zeros_for_empty_prompt": true,
              "add_watermarker": null,
              "scheduler": ["diffusers", "EulerDiscreteScheduler"],
              "text_encoder": ["transformers", "CLIPTextModel"],
              "text_encoder_2": ["transformers", "CLIPTextModelWithProjection"],
              "tokenizer": ["transformers", "CLIPTokenizer"],
              "tokenizer_2": ["transformers", "CLIPTokenizer"],
              "unet": ["diffusers", "UNet2DConditionModel"],
              "vae": ["diffusers", "AutoencoderKL"]
            }
            """);
    assertEquals(Family.STABLE_DIFFUSION_XL, index.family());
    assertEquals(Map.of("force_zeros_for_empty_prompt", true), index.flags());
    assertEquals(ModelIndex.stableDiffusionXl(SchedulerType.EULER), index);
    assertTrue(new ModelFolder(root).lists(Part.CLIP_2));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "StableDiffusionPipeline | FluxPipeline | _class_name (=FluxPipeline) must be one of",
        "StableDiffusionPipeline | StableDiffusion3Pipeline |"
            + " _class_name (=StableDiffusion3Pipeline) must be one of",
        "CLIPTextModel | T5EncoderModel | text_encoder (=T5EncoderModel) must be CLIPTextModel or",
        "CLIPTokenizer | T5Tokenizer | tokenizer (=T5Tokenizer) must be CLIPTokenizer or",
        "UNet2DConditionModel | UNetMotionModel | unet (=UNetMotionModel) must be",
        "AutoencoderKL | AutoencoderTiny | vae (=AutoencoderTiny) must be AutoencoderKL",
        "\"vae\" | \"transformer\" | transformer (=AutoencoderKL) must be absent",
        "\"vae\" | \"../../vae\" | ../../vae (=AutoencoderKL) must be absent",
        "[\"diffusers\", \"AutoencoderKL\"] | [\"diffusers\"] | vae (=[\"diffusers\"]) must be",
        "[\"diffusers\", \"AutoencoderKL\"] | [null, \"AutoencoderKL\"] | must be a library and",
        "[\"diffusers\", \"AutoencoderKL\"] | {\"a\": 1} | must be a library and a class"
      })
  void whatCannotBeRunIsRefusedByName(String there, String instead, String sentence) {
    assertTrue(STABLE_DIFFUSION.contains(there));
    InvalidFileException e =
        assertThrows(
            InvalidFileException.class, () -> read(STABLE_DIFFUSION.replace(there, instead)));
    assertTrue(e.getMessage().contains("model_index.json: "), e.getMessage());
    assertTrue(e.getMessage().contains(sentence), e.getMessage());
  }

  /** Whichever part is asked for. */
  @Test
  void noPartOfAnUnknownPipelineIsRead() throws IOException {
    PipelineFolders.copy(PipelineFolders.golden("pipeline").root(), root);
    ModelFolder model = new ModelFolder(root);
    assertEquals(4, model.vaeConfig().latentChannels());
    Path index = root.resolve("model_index.json");
    Files.writeString(
        index, Files.readString(index).replace("StableDiffusionPipeline", "FluxPipeline"));
    assertThrows(InvalidFileException.class, model::vaeConfig);
    assertThrows(InvalidFileException.class, model::unetConfig);
    assertThrows(InvalidFileException.class, model::schedulerConfig);
    assertThrows(InvalidFileException.class, () -> model.textEncoder(Part.CLIP));
    assertThrows(InvalidFileException.class, () -> model.tokenizer(Part.CLIP));
  }

  @Test
  void aFolderWithoutAnIndexIsReadPartByPart() throws IOException {
    ModelFolder golden = PipelineFolders.golden("pipeline");
    PipelineFolders.copy(golden.folder(Part.VAE), root.resolve("vae"));
    ModelFolder model = new ModelFolder(root);
    assertEquals(Optional.empty(), model.index());
    assertEquals(golden.vaeConfig(), model.vaeConfig());
    assertTrue(model.lists(Part.VAE));
    assertFalse(model.lists(Part.UNET));
    InvalidFileException e = assertThrows(InvalidFileException.class, model::unetConfig);
    assertTrue(e.getMessage().contains("config.json: no such file"), e.getMessage());
  }

  @Test
  void anIndexIsWrittenAsDiffusersWritesIt() throws IOException {
    ModelFolder golden = PipelineFolders.golden("pipeline");
    ModelFolder model = new ModelFolder(root);
    ModelIndex index = ModelIndex.stableDiffusion(SchedulerType.DDIM);
    model.saveIndex(index);
    assertEquals(Optional.of(index), model.index());
    assertEquals(index, golden.index().orElseThrow());
    ObjectNode written = ConfigFile.read(root.resolve("model_index.json")).fields();
    ObjectNode reference = ConfigFile.read(golden.root().resolve("model_index.json")).fields();
    written.remove("image_encoder");
    assertEquals(reference, written);
    assertTrue(
        Files.readString(root.resolve("model_index.json")).contains("\"_diffusers_version\""));
  }
}

package org.diffusion4j.clip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import org.diffusion4j.clip.encoder.HiddenAct;
import org.diffusion4j.clip.text.ClipTextConfig;
import org.diffusion4j.clip.text.ClipTextModel;
import org.diffusion4j.clip.text.ClipTextModelWithProjection;
import org.diffusion4j.clip.vision.ClipVisionConfig;
import org.diffusion4j.core.InvalidFileException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The forms in which a text encoder is saved. */
class ClipTextEncoderTest {
  private static final ClipTextConfig TEXT =
      new ClipTextConfig(11, 6, 13, 1, 2, 7, 1e-5, HiddenAct.GELU, 10, 5);
  private static final ClipConfig WHOLE =
      new ClipConfig(TEXT, new ClipVisionConfig(1, 4, 2, 6, 13, 1, 3, 1e-5), 5);

  @TempDir Path folder;
  private Path file;

  private ClipTextEncoder read(String json) throws IOException {
    file = folder.resolve("config.json");
    Files.writeString(file, json);
    return ClipTextEncoder.read(file);
  }

  private JsonNode written() throws IOException {
    return new ObjectMapper().readTree(file.toFile());
  }

  @Test
  void aTextModelHasNoProjection() throws IOException {
    file = folder.resolve("config.json");
    ClipTextEncoder.write(file, TEXT, ClipTextModel.CLASS_NAME);
    assertEquals("clip_text_model", written().path("model_type").asText());
    assertEquals("[\"CLIPTextModel\"]", written().path("architectures").toString());
    ClipTextEncoder encoder = ClipTextEncoder.read(file);
    assertEquals(OptionalInt.empty(), encoder.projectionDim());
    assertEquals(TEXT, encoder.text().config());
    assertEquals(new ClipTextModel(TEXT).parameters(), encoder.parameters());
  }

  @Test
  void aProjectionIsOneParameterMore() throws IOException {
    file = folder.resolve("config.json");
    ClipTextEncoder.write(file, TEXT, ClipTextModelWithProjection.CLASS_NAME);
    ClipTextEncoder encoder = ClipTextEncoder.read(file);
    assertEquals(OptionalInt.of(5), encoder.projectionDim());
    assertEquals(new ClipTextModel(TEXT).parameters().size() + 1, encoder.parameters().size());
  }

  @Test
  void aWholeModelIsReadWithItsParts() throws IOException {
    file = folder.resolve("config.json");
    ClipTextEncoder.write(file, WHOLE);
    assertEquals("clip", written().path("model_type").asText());
    assertEquals("[\"CLIPModel\"]", written().path("architectures").toString());
    assertEquals("clip_text_model", written().at("/text_config/model_type").asText());
    assertEquals("clip_vision_model", written().at("/vision_config/model_type").asText());
    ClipTextEncoder encoder = ClipTextEncoder.read(file);
    assertEquals(TEXT, encoder.text().config());
    assertEquals(OptionalInt.of(5), encoder.projectionDim());
    assertEquals(new ClipModel(WHOLE).parameters(), encoder.parameters());
    assertEquals(WHOLE, ClipModel.read(file).config());
  }

  @Test
  void aFileThatNamesNoClassGoesByItsModelType() throws IOException {
    assertEquals("CLIPTextModel", read("{\"model_type\": \"clip_text_model\"}").className());
    assertEquals("CLIPModel", read("{\"model_type\": \"clip\"}").className());
  }

  @Test
  void otherEncodersAreRefusedByName() {
    InvalidFileException e =
        assertThrows(
            InvalidFileException.class,
            () -> read("{\"architectures\": [\"T5EncoderModel\"], \"model_type\": \"t5\"}"));
    assertTrue(
        e.getMessage()
            .endsWith(
                "architectures (=[\"T5EncoderModel\"]) must be CLIPTextModel or"
                    + " CLIPTextModelWithProjection or CLIPModel"),
        e.getMessage());
    assertThrows(InvalidFileException.class, () -> read("{\"model_type\": \"t5\"}"));
  }
}

package org.diffusion4j.diffusion.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.diffusion4j.clip.text.ClipTextConfig;
import org.diffusion4j.clip.text.ClipTextModel;
import org.diffusion4j.clip.token.TextBatch;
import org.diffusion4j.core.InvalidFileException;
import org.diffusion4j.core.config.ConfigFile;
import org.diffusion4j.core.testing.TensorAssertions;
import org.diffusion4j.core.testing.TestResources;
import org.diffusion4j.core.verify.GoldenFile;
import org.diffusion4j.core.weights.DType;
import org.diffusion4j.core.weights.Weights;
import org.diffusion4j.diffusion.pipeline.ModelFolder.Part;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** The text encoder of a pipeline with a small vocabulary and two layers. */
class TextEncoderTest {
  private static final int LENGTH = 77;

  /** The text tokens of a chunk. */
  private static final int ROOM = LENGTH - 2;

  /** One token. */
  private static final String WORD = "the ";

  private static ModelFolder model;
  private static TextEncoder encoder;

  @BeforeAll
  static void open() throws IOException {
    model = PipelineFolders.golden("pipeline");
    encoder = TextEncoder.open(model, 2);
  }

  @AfterAll
  static void close() {
    encoder.close();
  }

  private static INDArray states(String... texts) {
    return encoder.encode(List.of(texts), OptionalInt.empty()).states();
  }

  private static INDArray chunk(INDArray states, int text, int chunk) {
    return states
        .get(
            NDArrayIndex.interval(text, text + 1),
            NDArrayIndex.interval(LENGTH * chunk, LENGTH * (chunk + 1)),
            NDArrayIndex.all())
        .dup('c');
  }

  @ParameterizedTest
  @CsvSource({
    "pipeline, txt2img",
    "pipeline, txt2img_euler",
    "pipeline, txt2img_dpmpp",
    "pipeline, txt2img_noguidance",
    "pipeline, txt2img_rescale_n2",
    "pipeline, img2img",
    "pipeline, inpaint4",
    "pipeline-inpaint9, inpaint9"
  })
  void statesAreThoseOfTheReferencePipeline(String name, String run) throws IOException {
    GoldenFile reference = TestResources.golden(PipelineFolders.path(name, run + ".json"));
    ModelFolder folder = PipelineFolders.golden(name);
    try (TextEncoder opened = TextEncoder.open(folder)) {
      for (String prefix : List.of("prompt", "negative_prompt")) {
        JsonNode text = reference.fields().node("arguments").path(prefix);
        if (text.isMissingNode()) {
          assertFalse(reference.names().contains(prefix + "_embeds"));
          continue;
        }
        assertEquals(
            reference.tensor(prefix + "_ids"),
            TextBatch.of(folder.tokenizer(Part.CLIP), List.of(text.asText()), opened.length())
                .inputIds());
        INDArray expected = reference.tensor(prefix + "_embeds");
        int n = Math.toIntExact(expected.size(0));
        TextConditions conditions =
            opened.encode(Collections.nCopies(n, text.asText()), OptionalInt.empty());
        TensorAssertions.assertClose(expected, conditions.states(), 1e-4, 0, prefix);
        assertEquals(Optional.empty(), conditions.pooled());
      }
    }
  }

  @Test
  void aLongTextIsReadInChunks() {
    INDArray states = states(WORD.repeat(ROOM) + "king");
    assertEquals(2 * LENGTH, states.size(1));
    assertEquals(states(WORD.repeat(ROOM)), chunk(states, 0, 0));
    assertEquals(states("king"), chunk(states, 0, 1));
  }

  @Test
  void aShorterTextBesideALongOneEndsInEmptyChunks() {
    INDArray states = states("king", WORD.repeat(ROOM + 1));
    assertEquals(states("king"), chunk(states, 0, 0));
    assertEquals(states(""), chunk(states, 0, 1));
    assertEquals(states(WORD), chunk(states, 1, 1));
  }

  @Test
  void whatIsBeyondTheLastChunkIsLeftOutAndSaidSo() {
    String longest = WORD.repeat(2 * ROOM);
    assertTrue(encoder.fits(longest));
    assertFalse(encoder.fits(longest + "king"));
    assertEquals(states(longest), states(longest + "king and more"));
    assertTrue(encoder.fits(""));
  }

  /** A model that never had the last layer gives what the whole one gives without it. */
  @Test
  void clipSkipLeavesOutTheLastLayers(@TempDir Path folder) throws IOException {
    ClipTextConfig config = model.textEncoder(Part.CLIP).text().config();
    ClipTextConfig shorter =
        ConfigFile.over(ConfigFile.fieldsOf(config).put("num_hidden_layers", 1), config);
    ClipTextModel cut = new ClipTextModel(shorter);
    Weights all = model.load(Part.CLIP, new ClipTextModel(config).parameters());
    ModelFolder other = new ModelFolder(folder);
    other.save(Part.CLIP, shorter, new Weights(cut.parameters(), all.arrays()), DType.F32);
    PipelineFolders.copyTokenizer(model, other, "tokenizer");
    List<String> texts = List.of("a king", WORD.repeat(ROOM + 3));
    try (TextEncoder withoutLayer = TextEncoder.open(other)) {
      assertEquals(
          withoutLayer.encode(texts, OptionalInt.empty()).states(),
          encoder.encode(texts, OptionalInt.of(1)).states());
      assertEquals(
          withoutLayer.encode(texts, OptionalInt.of(1)).states(),
          encoder.encode(texts, OptionalInt.of(2)).states());
    }
    assertEquals(
        encoder.encode(texts, OptionalInt.empty()).states(),
        encoder.encode(texts, OptionalInt.of(0)).states());
  }

  @Test
  void moreLayersThanThereAreCannotBeSkipped() {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> encoder.encode(List.of("a king"), OptionalInt.of(3)));
    assertEquals("clipSkip (=3) must be from 0 to 2", e.getMessage());
    assertThrows(
        IllegalArgumentException.class, () -> encoder.encode(List.of(), OptionalInt.empty()));
  }

  @Test
  void aVocabularyThatTheTokenizerExceedsIsRefused(@TempDir Path folder) throws IOException {
    ModelFolder other = new ModelFolder(folder);
    PipelineFolders.saveTextModel(other, Part.CLIP, PipelineFolders.config(999, 8, 2, 77), 1);
    PipelineFolders.copyTokenizer(model, other, "tokenizer");
    InvalidFileException e =
        assertThrows(InvalidFileException.class, () -> TextEncoder.open(other));
    assertTrue(
        e.getMessage().contains("vocab_size (=999) must be at least the tokenizer's (=1000)"),
        e.getMessage());
  }
}

package org.diffusion4j.diffusion.pipeline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.diffusion4j.clip.text.ClipTextConfig;
import org.diffusion4j.clip.text.ClipTextModelWithProjection;
import org.diffusion4j.clip.text.TextStates;
import org.diffusion4j.clip.token.TextBatch;
import org.diffusion4j.core.InvalidFileException;
import org.diffusion4j.core.execution.samediff.SameDiffExecutor;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.testing.TensorAssertions;
import org.diffusion4j.core.weights.Weights;
import org.diffusion4j.diffusion.pipeline.ModelFolder.Part;
import org.diffusion4j.diffusion.sample.SchedulerType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Two text encoders, of 6 and 10 features, 3 and 2 layers, for texts of 7 tokens. */
class XlTextEncoderTest {
  private static final int LENGTH = 7;
  private static final ClipTextConfig FIRST = PipelineFolders.config(1000, 6, 3, LENGTH);
  private static final ClipTextConfig SECOND = PipelineFolders.config(1000, 10, 2, LENGTH);

  @TempDir Path root;
  private ModelFolder model;
  private Weights second;

  @BeforeEach
  void save() throws IOException {
    model = new ModelFolder(root);
    PipelineFolders.saveTextModel(model, Part.CLIP, FIRST, 1);
    second = PipelineFolders.saveTextModel(model, Part.CLIP_2, SECOND, 2);
    ModelFolder golden = PipelineFolders.golden("pipeline");
    PipelineFolders.copyTokenizer(golden, model, "tokenizer");
    PipelineFolders.copyTokenizer(golden, model, "tokenizer_2");
  }

  private TextConditions encode(OptionalInt clipSkip, String... texts) throws IOException {
    try (TextEncoder encoder = TextEncoder.open(model)) {
      return encoder.encode(List.of(texts), clipSkip);
    }
  }

  /** A state counted from the last, and the embedding, of the second encoder. */
  private INDArray reference(String text, String output) throws IOException {
    ClipTextModelWithProjection encoder =
        ClipTextModelWithProjection.read(root.resolve("text_encoder_2/config.json"));
    Graph graph = new Graph();
    TextStates states = encoder.text().states(graph, graph.inputIds("input_ids", 1, LENGTH));
    graph.named("state", states.fromEnd(1));
    graph.named("earlier state", states.fromEnd(2));
    graph.named(
        "embedding",
        encoder.embed(graph, states.lastHiddenState(), graph.input("end_of_text", 1, LENGTH)));
    TextBatch batch = TextBatch.of(model.tokenizer(Part.CLIP_2), List.of(text), LENGTH);
    try (SameDiffExecutor executor = new SameDiffExecutor(graph, second)) {
      return executor.run(
          Map.of("input_ids", batch.inputIds(), "end_of_text", batch.endOfText()), output);
    }
  }

  private static INDArray ofSecond(INDArray states, int text) {
    return states
        .get(
            NDArrayIndex.interval(text, text + 1),
            NDArrayIndex.interval(0, LENGTH),
            NDArrayIndex.interval(6, 16))
        .dup('c');
  }

  @Test
  void penultimateStatesStandSideBySideWithoutANorm() throws IOException {
    INDArray states = encode(OptionalInt.empty(), "king", "all for one").states();
    assertArrayEquals(new long[] {2, LENGTH, 16}, states.shape());
    TensorAssertions.assertClose(
        reference("all for one", "state"), ofSecond(states, 1), 1e-6, 0, "second encoder");
  }

  @Test
  void clipSkipCountsFromThere() throws IOException {
    INDArray states = encode(OptionalInt.of(1), "king").states();
    TensorAssertions.assertClose(
        reference("king", "earlier state"), ofSecond(states, 0), 1e-6, 0, "second encoder");
    assertThrows(IllegalArgumentException.class, () -> encode(OptionalInt.of(2), "king"));
  }

  @Test
  void theFirstChunkOfTheSecondEncoderIsProjected() throws IOException {
    String longer = "all for one and one for all";
    TextConditions conditions = encode(OptionalInt.of(1), "king", longer);
    assertEquals(2 * LENGTH, conditions.states().size(1));
    INDArray pooled = conditions.pooled().orElseThrow();
    assertArrayEquals(new long[] {2, PipelineFolders.PROJECTION}, pooled.shape());
    TensorAssertions.assertClose(
        reference("king", "embedding"), pooled.getRow(0, true), 1e-6, 0, "king");
    TensorAssertions.assertClose(
        reference("all for one and one", "embedding"), pooled.getRow(1, true), 1e-6, 0, longer);
  }

  @Test
  void aModelMayHaveTheSecondEncoderAlone() throws IOException {
    ModelIndex both = ModelIndex.stableDiffusionXl(SchedulerType.EULER);
    Map<String, ModelIndex.Component> components = new TreeMap<>(both.components());
    components.remove("text_encoder");
    model.saveIndex(new ModelIndex("StableDiffusionXLImg2ImgPipeline", components, both.flags()));
    INDArray states = encode(OptionalInt.empty(), "king").states();
    TensorAssertions.assertClose(reference("king", "state"), states, 1e-6, 0, "second encoder");
  }

  @Test
  void encodersOfDifferentLengthsAreRefused() throws IOException {
    PipelineFolders.saveTextModel(
        model, Part.CLIP_2, PipelineFolders.config(1000, 10, 2, LENGTH + 1), 3);
    InvalidFileException e =
        assertThrows(InvalidFileException.class, () -> TextEncoder.open(model));
    assertTrue(e.getMessage().contains("(=8) must be that of text_encoder (=7)"), e.getMessage());
  }

  @Test
  void aSecondEncoderWithoutAProjectionIsRefused() throws IOException {
    Files.delete(model.folder(Part.CLIP_2).resolve("config.json"));
    PipelineFolders.copy(model.folder(Part.CLIP), root.resolve("copy"));
    for (String name : List.of("config.json", "model.safetensors")) {
      Files.move(
          root.resolve("copy").resolve(name),
          model.folder(Part.CLIP_2).resolve(name),
          StandardCopyOption.REPLACE_EXISTING);
    }
    InvalidFileException e =
        assertThrows(InvalidFileException.class, () -> TextEncoder.open(model));
    assertTrue(e.getMessage().contains("with a projection"), e.getMessage());
  }
}

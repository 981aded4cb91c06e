package org.diffusion4j.diffusion.pipeline;

import java.io.IOException;
import java.nio.IntBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.diffusion4j.clip.ClipTextEncoder;
import org.diffusion4j.clip.text.ClipTextModel;
import org.diffusion4j.clip.text.TextStates;
import org.diffusion4j.clip.token.ClipTokenizer;
import org.diffusion4j.clip.token.Padding;
import org.diffusion4j.clip.token.TokenSequence;
import org.diffusion4j.core.InvalidFileException;
import org.diffusion4j.core.execution.Execution;
import org.diffusion4j.core.execution.GraphExecutor;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.weights.Weights;
import org.diffusion4j.diffusion.pipeline.ModelFolder.Part;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** One text encoder of a model with its tokenizer; not for two threads at a time. */
final class TextTower implements AutoCloseable {
  private static final String POOLED = "pooled";

  private final ClipTokenizer tokenizer;
  private final ClipTextModel model;
  private final Weights weights;
  private final GraphExecutor executor;
  private final int length;

  /** The features of an embedding, if embeddings are asked for. */
  private final OptionalInt projectionDim;

  /** The largest clip skip. */
  private final int maxSkip;

  private TextTower(
      ClipTokenizer tokenizer,
      ClipTextModel model,
      Weights weights,
      GraphExecutor executor,
      int length,
      OptionalInt projectionDim,
      int maxSkip) {
    this.tokenizer = tokenizer;
    this.model = model;
    this.weights = weights;
    this.executor = executor;
    this.length = length;
    this.projectionDim = projectionDim;
    this.maxSkip = maxSkip;
  }

  /** An encoder of Stable Diffusion 1 or 2: the last hidden state, and the final norm. */
  static TextTower normed(ModelFolder folder, Part part, Execution execution) throws IOException {
    return open(folder, part, execution, false, false);
  }

  /**
   * An encoder of Stable Diffusion XL: the last hidden state but one, as it is.
   *
   * @param pooling whether the embeddings of whole texts are asked for
   */
  static TextTower penultimate(ModelFolder folder, Part part, Execution execution, boolean pooling)
      throws IOException {
    return open(folder, part, execution, true, pooling);
  }

  private static TextTower open(
      ModelFolder folder, Part part, Execution execution, boolean penultimate, boolean pooling)
      throws IOException {
    ClipTokenizer tokenizer = folder.tokenizer(part);
    ClipTextEncoder encoder = folder.textEncoder(part);
    ClipTextModel model = encoder.text();
    int positions = model.config().maxPositionEmbeddings();
    int length = Math.min(positions, tokenizer.maxLength().orElse(positions));
    require(
        folder.folder(part),
        tokenizer.vocabularySize() <= model.config().vocabSize(),
        "vocab_size (="
            + model.config().vocabSize()
            + ") must be at least the tokenizer's (="
            + tokenizer.vocabularySize()
            + ")");
    require(
        folder.folder(part),
        length > 2,
        "max_position_embeddings and model_max_length (=" + length + ") must be at least 3");
    require(
        folder.folder(part),
        encoder.projectionDim().isPresent() || !pooling,
        "must be a text encoder with a projection");

    Graph graph = new Graph();
    Tensor inputIds = graph.inputIds("input_ids", 1, length);
    TextStates states = model.states(graph, inputIds);
    int maxSkip = model.config().numHiddenLayers() - (penultimate ? 1 : 0);
    for (int skip = 0; skip <= maxSkip; skip++) {
      graph.named(
          name(skip),
          penultimate
              ? states.fromEnd(skip + 1)
              : model.finalLayerNorm(graph, states.fromEnd(skip)));
    }
    if (pooling) {
      Tensor endOfText = graph.input("end_of_text", 1, length);
      graph.named(POOLED, encoder.embed(graph, states.lastHiddenState(), endOfText));
    }
    Weights weights = folder.open(part, encoder.parameters());
    GraphExecutor executor;
    try {
      executor = execution.open(graph, weights);
    } catch (RuntimeException | Error e) {
      weights.close();
      throw e;
    }
    OptionalInt projectionDim = pooling ? encoder.projectionDim() : OptionalInt.empty();
    return new TextTower(tokenizer, model, weights, executor, length, projectionDim, maxSkip);
  }

  private static void require(Path folder, boolean holds, String rule) {
    if (!holds) {
      throw new InvalidFileException(folder, rule);
    }
  }

  private static String name(int skip) {
    return "states." + skip;
  }

  /** The tokens of a chunk, start and end included. */
  int length() {
    return length;
  }

  int features() {
    return model.config().hiddenSize();
  }

  OptionalInt projectionDim() {
    return projectionDim;
  }

  int maxSkip() {
    return maxSkip;
  }

  /** A text in one chunk or more. */
  List<TokenSequence> chunks(String text, int maxChunks) {
    return tokenizer.encodeChunks(text, length, maxChunks, Padding.PAD_TOKEN);
  }

  /**
   * The states of texts, chunk by chunk; equal chunks are encoded once.
   *
   * @param texts each of the same number of chunks
   * @return {@code [n, chunks * length, d]}
   */
  INDArray states(List<List<TokenSequence>> texts, int skip) {
    Map<IntBuffer, INDArray> known = new HashMap<>();
    INDArray[] rows = new INDArray[texts.size()];
    for (int i = 0; i < rows.length; i++) {
      rows[i] =
          Nd4j.concat(
              1,
              texts.get(i).stream()
                  .map(
                      chunk ->
                          known.computeIfAbsent(
                              IntBuffer.wrap(chunk.ids()),
                              ids -> run(Map.of("input_ids", ids(chunk)), name(skip))))
                  .toArray(INDArray[]::new));
    }
    return Nd4j.concat(0, rows);
  }

  /**
   * The embeddings of chunks.
   *
   * @return {@code [n, p]}
   */
  INDArray pooled(List<TokenSequence> chunks) {
    return Nd4j.concat(
        0,
        chunks.stream()
            .map(
                chunk -> {
                  INDArray ids = ids(chunk);
                  return run(Map.of("input_ids", ids, "end_of_text", model.endOfText(ids)), POOLED);
                })
            .toArray(INDArray[]::new));
  }

  private INDArray run(Map<String, INDArray> inputs, String output) {
    return executor.run(inputs, output);
  }

  private static INDArray ids(TokenSequence chunk) {
    return Nd4j.createFromArray(new int[][] {chunk.ids()}).castTo(DataType.INT64);
  }

  @Override
  public void close() {
    executor.close();
    weights.close();
  }
}

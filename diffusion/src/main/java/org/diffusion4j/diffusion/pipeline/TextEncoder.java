package org.diffusion4j.diffusion.pipeline;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.diffusion4j.clip.token.TokenSequence;
import org.diffusion4j.core.InvalidFileException;
import org.diffusion4j.core.check.Require;
import org.diffusion4j.core.execution.Execution;
import org.diffusion4j.diffusion.pipeline.ModelFolder.Part;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * From texts to what a U-Net looks at; not for two threads at a time.
 *
 * <p>A text of more tokens than the model reads at once is cut into chunks, each encoded for itself
 * between a start and an end token; their states stand one after the other. Texts that are encoded
 * together all get as many chunks as the longest: those that are shorter end in encodings of the
 * empty text.
 *
 * <p>Stable Diffusion 1 and 2 look at the last hidden state after the final norm. Stable Diffusion
 * XL looks at the last but one of both its encoders, side by side and without a norm, and at the
 * projected embedding of the first chunk.
 */
public final class TextEncoder implements AutoCloseable {
  /** The most chunks of a text: with CLIP's 77 tokens, 600 tokens of it. */
  public static final int MAX_CHUNKS = 8;

  private final List<TextTower> towers;
  private final boolean pooling;
  private final int maxChunks;

  private TextEncoder(List<TextTower> towers, boolean pooling, int maxChunks) {
    this.towers = towers;
    this.pooling = pooling;
    this.maxChunks = maxChunks;
  }

  /**
   * Opens the text encoders of a model with their tokenizers, for texts of up to {@link
   * #MAX_CHUNKS} chunks.
   *
   * @throws InvalidFileException if a file is missing, damaged, or does not fit the others
   */
  public static TextEncoder open(ModelFolder model) throws IOException {
    return open(model, MAX_CHUNKS);
  }

  /**
   * Opens the text encoders of a model.
   *
   * @param maxChunks the most chunks of a text; 1 where all states must have one length
   * @throws InvalidFileException if a file is missing, damaged, or does not fit the others
   */
  public static TextEncoder open(ModelFolder model, int maxChunks) throws IOException {
    return open(model, maxChunks, Execution.auto());
  }

  /**
   * Opens the text encoders of a model, run as an execution says.
   *
   * @param maxChunks the most chunks of a text; 1 where all states must have one length
   * @throws InvalidFileException if a file is missing, damaged, or does not fit the others
   */
  public static TextEncoder open(ModelFolder model, int maxChunks, Execution execution)
      throws IOException {
    Require.positive("maxChunks", maxChunks);
    boolean pooling = model.lists(Part.CLIP_2);
    List<TextTower> towers = new ArrayList<>();
    try {
      openTowers(model, execution, pooling, towers);
      requireSameLength(model, towers);
    } catch (IOException | RuntimeException | Error e) {
      towers.forEach(TextTower::close);
      throw e;
    }
    return new TextEncoder(List.copyOf(towers), pooling, maxChunks);
  }

  private static void openTowers(
      ModelFolder model, Execution execution, boolean pooling, List<TextTower> towers)
      throws IOException {
    if (!pooling) {
      towers.add(TextTower.normed(model, Part.CLIP, execution));
      return;
    }
    if (model.lists(Part.CLIP)) {
      towers.add(TextTower.penultimate(model, Part.CLIP, execution, false));
    }
    towers.add(TextTower.penultimate(model, Part.CLIP_2, execution, true));
  }

  private static void requireSameLength(ModelFolder model, List<TextTower> towers) {
    int length = towers.get(0).length();
    for (TextTower tower : towers) {
      if (tower.length() != length) {
        throw new InvalidFileException(
            model.folder(Part.CLIP_2),
            "length of its texts (="
                + tower.length()
                + ") must be that of "
                + Part.CLIP.folder()
                + " (="
                + length
                + ")");
      }
    }
  }

  /** The tokens of a chunk, start and end included: states have a multiple of this length. */
  public int length() {
    return towers.get(0).length();
  }

  /** Whether the encoder reads the whole text; of a longer one it leaves out the end. */
  public boolean fits(String text) {
    return towers.stream()
        .allMatch(
            tower -> {
              List<TokenSequence> chunks = tower.chunks(text, maxChunks);
              return !chunks.get(chunks.size() - 1).truncated();
            });
  }

  /**
   * Encodes texts; an empty text stands for no condition. See {@link #fits} for texts whose end is
   * left out.
   *
   * @param texts n of them, at least one
   * @param clipSkip how many of the last layers to leave out; none if empty
   * @return states {@code [n, chunks * length, d]}, and the embeddings if the model has a second
   *     encoder
   * @throws IllegalArgumentException if there are no texts, or fewer layers than {@code clipSkip}
   */
  public TextConditions encode(List<String> texts, OptionalInt clipSkip) {
    Require.positive("number of texts", texts.size());
    requireClipSkip(clipSkip);
    int skip = clipSkip.orElse(0);
    List<List<List<TokenSequence>>> chunks =
        towers.stream()
            .map(tower -> texts.stream().map(text -> tower.chunks(text, maxChunks)).toList())
            .toList();
    int most = chunks.stream().flatMap(List::stream).mapToInt(List::size).max().orElseThrow();
    INDArray states =
        Nd4j.concat(
            2,
            IntStream.range(0, towers.size())
                .mapToObj(t -> towers.get(t).states(filled(chunks.get(t), t, most), skip))
                .toArray(INDArray[]::new));
    int last = towers.size() - 1;
    return new TextConditions(
        states,
        pooling
            ? Optional.of(
                towers.get(last).pooled(chunks.get(last).stream().map(c -> c.get(0)).toList()))
            : Optional.empty());
  }

  /**
   * Checks a number of layers to leave out.
   *
   * @throws IllegalArgumentException if there are fewer
   */
  void requireClipSkip(OptionalInt clipSkip) {
    clipSkip.ifPresent(
        skip -> towers.forEach(t -> Require.inRange("clipSkip", skip, 0, t.maxSkip())));
  }

  /** The features of a state. */
  int features() {
    return towers.stream().mapToInt(TextTower::features).sum();
  }

  /** The features of the embedding of a whole text, if the model has a second encoder. */
  OptionalInt projectionDim() {
    return towers.get(towers.size() - 1).projectionDim();
  }

  /** The texts, each with empty chunks up to a number. */
  private List<List<TokenSequence>> filled(List<List<TokenSequence>> texts, int tower, int most) {
    TokenSequence empty = towers.get(tower).chunks("", 1).get(0);
    return texts.stream()
        .map(
            chunks -> {
              List<TokenSequence> all = new ArrayList<>(chunks);
              all.addAll(Collections.nCopies(most - chunks.size(), empty));
              return all;
            })
        .toList();
  }

  @Override
  public void close() {
    towers.forEach(TextTower::close);
  }
}

package org.diffusion4j.diffusion.pipeline;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.diffusion4j.clip.ClipModel;
import org.diffusion4j.clip.token.ClipTokenizer;
import org.diffusion4j.clip.token.TextBatch;
import org.diffusion4j.core.execution.SameDiffExecutor;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.diffusion.pipeline.ModelFolder.Part;
import org.nd4j.linalg.api.ndarray.INDArray;

/** From a text to the states that a U-Net looks at; not for two threads at a time. */
public final class TextEncoder implements AutoCloseable {
  private final ClipTokenizer tokenizer;
  private final SameDiffExecutor executor;
  private final int length;

  private TextEncoder(ClipTokenizer tokenizer, SameDiffExecutor executor, int length) {
    this.tokenizer = tokenizer;
    this.executor = executor;
    this.length = length;
  }

  /**
   * Opens the text encoder of a model.
   *
   * @throws org.diffusion4j.core.InvalidFileException if a file is missing or damaged
   */
  public static TextEncoder open(ModelFolder model, ClipTokenizer tokenizer) throws IOException {
    ClipModel clip = new ClipModel(model.clipConfig());
    int length = clip.config().textConfig().maxPositionEmbeddings();
    Graph graph = new Graph();
    Tensor inputIds = graph.inputIds("input_ids", 1, length);
    graph.named("states", clip.text().build(graph, inputIds));
    return new TextEncoder(
        tokenizer, new SameDiffExecutor(graph, model.load(Part.CLIP, clip.parameters())), length);
  }

  /** Whether the encoder reads the whole text; of a longer one it leaves out the end. */
  public boolean fits(String text) {
    return !TextBatch.of(tokenizer, List.of(text), length).truncated();
  }

  /**
   * The states of a text; an empty text stands for no condition.
   *
   * @return {@code [1, s, d]}
   */
  public INDArray encode(String text) {
    TextBatch batch = TextBatch.of(tokenizer, List.of(text), length);
    return executor.run(Map.of("input_ids", batch.inputIds()), "states");
  }

  @Override
  public void close() {
    executor.close();
  }
}

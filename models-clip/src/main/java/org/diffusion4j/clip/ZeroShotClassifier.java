package org.diffusion4j.clip;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.diffusion4j.clip.image.ClipImageProcessor;
import org.diffusion4j.clip.token.ClipTokenizer;
import org.diffusion4j.clip.token.TextBatch;
import org.diffusion4j.core.execution.Execution;
import org.diffusion4j.core.execution.GraphExecutor;
import org.diffusion4j.core.execution.RowBatches;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.weights.Weights;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * Classification of images by sentences about the classes, which need not have been trained on
 * (Radford et al. 2021, section 3.1); not for two threads at a time.
 *
 * <p>The embeddings of the sentences of a class are averaged. The probabilities are {@code
 * softmax(exp(logit_scale) * image . text)}.
 */
public final class ZeroShotClassifier implements AutoCloseable {
  private final int batchSize;
  private final GraphExecutor imageEncoder;

  /** Of length 1, {@code [classes, projectionDim]}. */
  private final INDArray classEmbeddings;

  private final double logitFactor;

  private ZeroShotClassifier(
      int batchSize, GraphExecutor imageEncoder, INDArray classEmbeddings, double logitFactor) {
    this.batchSize = batchSize;
    this.imageEncoder = imageEncoder;
    this.classEmbeddings = classEmbeddings;
    this.logitFactor = logitFactor;
  }

  /**
   * A classifier for the classes that sentences describe.
   *
   * @param batchSize how many images go through the encoder at a time
   * @param sentences for each class one or more
   * @throws IllegalArgumentException if there is no class or one without sentences
   */
  public static ZeroShotClassifier of(
      ClipModel model,
      Weights weights,
      ClipTokenizer tokenizer,
      int batchSize,
      List<List<String>> sentences) {
    return of(model, weights, tokenizer, batchSize, sentences, Execution.auto());
  }

  /** The same, run as an execution says. */
  public static ZeroShotClassifier of(
      ClipModel model,
      Weights weights,
      ClipTokenizer tokenizer,
      int batchSize,
      List<List<String>> sentences,
      Execution execution) {
    if (sentences.isEmpty() || sentences.stream().anyMatch(List::isEmpty)) {
      throw new IllegalArgumentException(
          "sentences (=" + sentences + ") must hold at least one for each class");
    }
    int size = model.config().visionConfig().imageSize();
    Graph graph = new Graph();
    Tensor images =
        graph.input("images", batchSize, model.config().visionConfig().numChannels(), size, size);
    graph.named("embeddings", model.embedImages(graph, images));
    return new ZeroShotClassifier(
        batchSize,
        execution.open(graph, weights),
        classEmbeddings(model, weights, tokenizer, sentences, execution),
        Math.exp(weights.get("logit_scale").getDouble(0)));
  }

  private static INDArray classEmbeddings(
      ClipModel model,
      Weights weights,
      ClipTokenizer tokenizer,
      List<List<String>> sentences,
      Execution execution) {
    int length = model.config().textConfig().maxPositionEmbeddings();
    int longest = sentences.stream().mapToInt(List::size).max().orElseThrow();
    Graph graph = new Graph();
    Tensor inputIds = graph.inputIds("input_ids", longest, length);
    Tensor endOfText = graph.input("end_of_text", longest, length);
    graph.named("embeddings", model.embedText(graph, inputIds, endOfText));
    List<INDArray> rows = new ArrayList<>();
    try (GraphExecutor textEncoder = execution.open(graph, weights)) {
      for (List<String> ofClass : sentences) {
        TextBatch texts = TextBatch.of(tokenizer, ofClass, length);
        INDArray embeddings =
            RowBatches.run(
                    textEncoder,
                    longest,
                    Map.of(
                        "input_ids",
                        texts.inputIds(),
                        "end_of_text",
                        model.text().endOfText(texts.inputIds())),
                    List.of("embeddings"))
                .get("embeddings");
        rows.add(Transforms.unitVec(embeddings.mean(true, 0)));
      }
    }
    return Nd4j.concat(0, rows.toArray(INDArray[]::new));
  }

  /**
   * The probability of each class for each image.
   *
   * @param images {@code [n, numChannels, imageSize, imageSize]}, prepared as those that the model
   *     was trained on: by {@link ClipImageProcessor} for a model of transformers, in [-1,1] for
   *     one trained here; n at least 1
   * @return {@code [n, classes]}
   */
  public float[][] probabilities(INDArray images) {
    INDArray embeddings =
        RowBatches.run(imageEncoder, batchSize, Map.of("images", images), List.of("embeddings"))
            .get("embeddings");
    INDArray logits = embeddings.mmul(classEmbeddings.transpose()).muli(logitFactor);
    return Transforms.softmax(logits).toFloatMatrix();
  }

  /**
   * The most probable class of each image.
   *
   * @param images as for {@link #probabilities}
   */
  public int[] classify(INDArray images) {
    float[][] probabilities = probabilities(images);
    int[] classes = new int[probabilities.length];
    for (int i = 0; i < classes.length; i++) {
      for (int k = 1; k < probabilities[i].length; k++) {
        if (probabilities[i][k] > probabilities[i][classes[i]]) {
          classes[i] = k;
        }
      }
    }
    return classes;
  }

  @Override
  public void close() {
    imageEncoder.close();
  }
}

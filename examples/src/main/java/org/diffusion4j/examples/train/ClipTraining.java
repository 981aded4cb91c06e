package org.diffusion4j.examples.train;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.diffusion4j.clip.ClipConfig;
import org.diffusion4j.clip.ClipModel;
import org.diffusion4j.clip.token.ClipTokenizer;
import org.diffusion4j.clip.token.TextBatch;
import org.diffusion4j.core.data.EpochOrder;
import org.diffusion4j.core.data.ImageDataSet;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.random.Generator;
import org.diffusion4j.core.train.TrainingTask;
import org.diffusion4j.core.weights.DType;
import org.diffusion4j.core.weights.Weights;
import org.diffusion4j.diffusion.pipeline.ModelFolder;
import org.diffusion4j.diffusion.pipeline.ModelFolder.Part;
import org.diffusion4j.examples.model.FashionModels;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Trains CLIP on pictures with their captions. */
public final class ClipTraining {
  /** Where the table of all words is: words that never occur should stay as they are. */
  private static final String TOKEN_TABLE = "text_model.embeddings.token_embedding.weight";

  private ClipTraining() {}

  /**
   * Trains both encoders and writes them to the model folder, with their tokenizer.
   *
   * @param images with captions, of {@link FashionModels#IMAGE_SIZE}
   * @return whether the training came to its end
   */
  public static boolean run(TrainingSettings settings, ImageDataSet images) throws IOException {
    ClipConfig config = FashionModels.clip();
    ClipTokenizer tokenizer = ClipTokenizer.standard();
    int n = settings.batchSize();
    int length = config.textConfig().maxPositionEmbeddings();

    Graph graph = new Graph();
    Tensor inputIds = graph.inputIds("input_ids", n, length);
    Tensor endOfText = graph.input("end_of_text", n, length);
    Tensor x =
        graph.input(
            "images", n, images.channels(), FashionModels.IMAGE_SIZE, FashionModels.IMAGE_SIZE);
    new ClipModel(config).loss(graph, inputIds, endOfText, x);
    Weights weights =
        Weights.initialize(graph.parameters(), new Generator(Generator.derive(settings.seed())));

    EpochOrder order = images.order(settings.seed());
    TrainingTask task =
        TrainingTask.of(
                settings.execution().open(graph, weights),
                "loss",
                weights,
                (step, generator) ->
                    inputs(images, order.batch(step, n), tokenizer, length, generator))
            .withDecays(TrainingTask.matrices(weights).and(name -> !name.equals(TOKEN_TABLE)))
            .withDescription(Map.of("model", config.toString()));

    ModelFolder model = new ModelFolder(settings.model());
    Optional<Weights> trained = settings.run().run(task, model, Part.CLIP);
    if (trained.isEmpty()) {
      return false;
    }
    model.saveTokenizer(Part.CLIP, tokenizer, length);
    model.save(Part.CLIP, config, trained.get(), DType.F16);
    return true;
  }

  private static Map<String, INDArray> inputs(
      ImageDataSet images, int[] batch, ClipTokenizer tokenizer, int length, Generator generator) {
    long[] choices = generator.randint(0, Integer.MAX_VALUE, batch.length);
    TextBatch texts =
        TextBatch.of(
            tokenizer,
            IntStream.range(0, batch.length)
                .mapToObj(i -> images.caption(batch[i], choices[i]))
                .toList(),
            length);
    return Map.of(
        "images",
        images.images(batch),
        "input_ids",
        texts.inputIds(),
        "end_of_text",
        texts.endOfText());
  }
}

package org.diffusion4j.examples.evaluate;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.diffusion4j.clip.ClipModel;
import org.diffusion4j.clip.ZeroShotClassifier;
import org.diffusion4j.core.data.ImageDataSet;
import org.diffusion4j.core.execution.Execution;
import org.diffusion4j.diffusion.pipeline.GenerationRequest;
import org.diffusion4j.diffusion.pipeline.ModelFolder;
import org.diffusion4j.diffusion.pipeline.ModelFolder.Part;
import org.diffusion4j.diffusion.pipeline.StableDiffusionPipeline;
import org.diffusion4j.examples.data.FashionMnist;
import org.diffusion4j.examples.model.FashionModels;
import org.diffusion4j.vae.AutoencoderKL;
import org.diffusion4j.vae.LatentCodec;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Measures a model on the pictures of Fashion-MNIST that nothing is trained on. */
public final class Evaluation {
  private static final int BATCH = 50;

  /** Hears of the progress. */
  public interface Progress {
    /** A stage begins, of so many steps. */
    void started(String stage, long steps);

    /** So many steps of the stage are done. */
    void stepped(long done);
  }

  private final ModelFolder model;
  private final ImageDataSet heldOut;
  private final Execution execution;
  private final Progress progress;
  private final BooleanSupplier cancelled;

  /**
   * An evaluation of all parts of a model.
   *
   * @param execution what runs the graphs
   * @param cancelled asked again and again; once it says so, a {@link CancellationException} ends
   *     the measurement
   */
  public Evaluation(
      ModelFolder model,
      FashionMnist data,
      Execution execution,
      Progress progress,
      BooleanSupplier cancelled) {
    this.model = model;
    this.heldOut = data.heldOut().padded(FashionModels.IMAGE_SIZE);
    this.execution = execution;
    this.progress = progress;
    this.cancelled = cancelled;
  }

  /** The mean squared error of reconstructions of held-out pictures, pixels in [-1,1]. */
  public double reconstructionError() throws IOException {
    AutoencoderKL vae = new AutoencoderKL(model.vaeConfig());
    double sum = 0;
    progress.started("Reconstruction", heldOut.size());
    try (LatentCodec codec =
        new LatentCodec(
            vae, model.load(Part.VAE, vae.parameters()), LatentCodec.Options.DEFAULTS, execution)) {
      for (int first = 0; first < heldOut.size(); first += BATCH) {
        int[] batch = batch(first);
        INDArray images = heldOut.images(batch);
        sum += batch.length * codec.reconstruct(images).squaredDistance(images) / images.length();
        stepped(first + batch.length);
      }
    }
    return sum / heldOut.size();
  }

  /** The share of held-out pictures that CLIP gives their class by sentences alone. */
  public double zeroShotAccuracy() throws IOException {
    ClipModel clip = new ClipModel(model.clipConfig());
    List<List<String>> sentences =
        IntStream.range(0, heldOut.labelNames().size()).mapToObj(FashionMnist::captions).toList();
    try (ZeroShotClassifier classifier =
        ZeroShotClassifier.of(
            clip,
            model.load(Part.CLIP, clip.parameters()),
            model.tokenizer(Part.CLIP),
            BATCH,
            sentences,
            execution)) {
      return accuracy("Zero-shot", classifier::classify);
    }
  }

  /** The share of held-out pictures that a classifier gives their class. */
  public double accuracy(ClothesClassifier classifier) {
    return accuracy("Classifier", classifier::classify);
  }

  private double accuracy(String stage, Function<INDArray, int[]> classify) {
    int right = 0;
    progress.started(stage, heldOut.size());
    for (int first = 0; first < heldOut.size(); first += BATCH) {
      int[] batch = batch(first);
      right += right(classify.apply(heldOut.images(batch)), heldOut.labels(batch));
      stepped(first + batch.length);
    }
    return (double) right / heldOut.size();
  }

  /**
   * Pictures of "a photo of a ..." for each class in turn.
   *
   * @param perClass pictures a class
   * @param parallel how many pictures to make at a time
   * @param request steps, guidance and so on; the first picture has its seed, the next the next
   * @return {@code [classes * perClass, c, h, w]}
   */
  public INDArray generate(int perClass, int parallel, GenerationRequest request)
      throws IOException {
    int classes = heldOut.labelNames().size();
    progress.started("Generation", (long) classes * perClass);
    List<INDArray> images = new ArrayList<>();
    long[] done = {0};
    try (StableDiffusionPipeline pipeline =
        StableDiffusionPipeline.open(model, parallel, LatentCodec.Options.DEFAULTS, execution)) {
      for (int label = 0; label < classes; label++) {
        GenerationRequest ofClass =
            request
                .withPrompt(FashionMnist.captions(label).get(0))
                .withCount(perClass)
                .withSeed(request.seed() + (long) label * perClass);
        int steps = pipeline.steps(ofClass);
        pipeline
            .generate(ofClass, step -> progress.stepped(++done[0] * perClass / steps), cancelled)
            .forEach(generated -> images.add(generated.image()));
      }
    }
    return Nd4j.concat(0, images.toArray(INDArray[]::new));
  }

  /**
   * How many pictures of {@link #generate} a classifier gives the class of their sentence.
   *
   * @param images equally many of each class, class by class
   */
  public int recognized(ClothesClassifier classifier, INDArray images) {
    int perClass = Math.toIntExact(images.size(0)) / heldOut.labelNames().size();
    int[] labels = new int[Math.toIntExact(images.size(0))];
    Arrays.setAll(labels, i -> i / perClass);
    return right(classifier.classify(images), labels);
  }

  private int[] batch(int first) {
    return IntStream.range(first, Math.min(heldOut.size(), first + BATCH)).toArray();
  }

  private static int right(int[] labels, int[] expected) {
    return (int) IntStream.range(0, labels.length).filter(i -> labels[i] == expected[i]).count();
  }

  private void stepped(long done) {
    if (cancelled.getAsBoolean()) {
      throw new CancellationException("cancelled");
    }
    progress.stepped(done);
  }
}

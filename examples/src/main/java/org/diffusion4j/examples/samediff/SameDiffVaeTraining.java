package org.diffusion4j.examples.samediff;

import org.diffusion4j.core.check.Require;
import org.diffusion4j.core.execution.samediff.SameDiffGraph;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.random.Generator;
import org.diffusion4j.core.weights.Weights;
import org.diffusion4j.vae.AutoencoderKL;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.TrainingConfig;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.Adam;

/**
 * A VAE of this framework, trained by ND4J's own {@code fit}.
 *
 * <p>The model builds a graph, {@link SameDiffGraph} makes an ordinary SameDiff of it, and from
 * there on everything is ND4J's: the updater, the iterator, the listeners. The variables are the
 * arrays of the weights, so that these are trained and can be saved as a model folder.
 *
 * <pre>{@code
 * AutoencoderKL model = new AutoencoderKL(FashionModels.vae());
 * Weights weights = Weights.initialize(model.parameters(), new Generator(7));
 * float[] losses = SameDiffVaeTraining.train(model, weights, images, 32, 5, new Generator(11));
 * }</pre>
 */
public final class SameDiffVaeTraining {
  private static final double LEARNING_RATE = 1e-3;

  /** The weight of the divergence in the loss. */
  private static final double BETA = 1e-3;

  private SameDiffVaeTraining() {}

  /**
   * Trains the weights in place.
   *
   * @param images {@code [n, c, h, w]} in [-1,1]
   * @param batchSize images in a step; what is left of the images is not used
   * @param generator of the noise of the latents
   * @return the mean loss of each epoch
   */
  public static float[] train(
      AutoencoderKL model,
      Weights weights,
      INDArray images,
      int batchSize,
      int epochs,
      Generator generator) {
    Require.atMost("batchSize", batchSize, "number of images", images.size(0));
    Graph graph = new Graph();
    Tensor pixels =
        graph.input("images", batchSize, images.size(1), images.size(2), images.size(3));
    long[] latentShape = model.encode(graph, pixels).mean().shapeArray();
    model.loss(graph, pixels, graph.input("noise", latentShape), BETA);

    SameDiff network = SameDiffGraph.of(graph, weights, "loss");
    network.setTrainingConfig(
        TrainingConfig.builder()
            .updater(new Adam(LEARNING_RATE))
            .dataSetFeatureMapping("images", "noise")
            .markLabelsUnused()
            .build());
    float[] losses =
        network
            .fit(new NoisyBatches(images, batchSize, latentShape, generator), epochs)
            .lossCurve()
            .meanLoss("loss");
    weights.changed();
    return losses;
  }
}

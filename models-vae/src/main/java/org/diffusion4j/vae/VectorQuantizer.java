package org.diffusion4j.vae;

import org.diffusion4j.core.check.Require;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Initializer;
import org.diffusion4j.core.graph.ParameterLayout;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.graph.UnaryFunction;
import org.diffusion4j.core.loss.MeanSquaredError;

/**
 * Latents replaced by the nearest vectors of a codebook (van den Oord et al. 2017): parameter
 * {@code embedding.weight}, {@code [numEmbeddings, embedDim]}.
 *
 * <p>With z a pixel of the latents, e the codebook and sg the stopped gradient:
 *
 * <pre>
 * k = argmin_i |z - e_i|,  q = z + sg(e_k - z)
 * loss = mean((e_k - sg(z))^2) + beta mean((sg(e_k) - z)^2)
 * </pre>
 *
 * <p>So the gradient of q goes straight through to z, and the codebook learns from the loss alone.
 *
 * @param numEmbeddings the vectors of the codebook
 * @param beta the weight of the commitment to the codebook, not negative
 * @param legacy whether beta stands before the other term, the codebook's, as VQGAN's first code
 *     had it
 */
public record VectorQuantizer(int numEmbeddings, double beta, boolean legacy) {

  /**
   * Quantized latents.
   *
   * @param latents q, {@code [n, embedDim, h, w]}
   * @param indices k, {@code [n, h, w]}, integers without a gradient
   * @param loss a scalar
   */
  public record Quantized(Tensor latents, Tensor indices, Tensor loss) {}

  public VectorQuantizer {
    Require.positive("numEmbeddings", numEmbeddings);
    Require.notNegative("beta", beta);
  }

  /**
   * Adds the layer.
   *
   * @param latents {@code [n, embedDim, h, w]}
   */
  public Quantized build(Graph graph, Tensor latents) {
    long n = latents.size(0);
    long h = latents.size(2);
    long w = latents.size(3);
    long embedDim = latents.size(1);
    Tensor table = codebook(graph, embedDim);

    // 1. Distances: |z - e|^2 = |z|^2 + 2 (|e|^2 / 2 - z e), of which the first does not matter.
    Tensor pixels = graph.reshape(graph.permute(latents, 0, 2, 3, 1), n * h * w, embedDim);
    Tensor squares = graph.sum(graph.apply(UnaryFunction.SQUARE, table), false, 1);
    Tensor distances = squares.times(0.5).minus(graph.matMulTransposed(pixels, table));
    Tensor nearest = graph.argMin(distances, 1);

    // 2. The codebook's vectors in place of the pixels.
    Tensor rows = graph.matMul(graph.oneHot(nearest, numEmbeddings), table);
    Tensor codes = graph.permute(graph.reshape(rows, n, h, w, embedDim), 0, 3, 1, 2);

    // 3. The loss, and the gradient straight through.
    Tensor codebookLoss = new MeanSquaredError().build(graph, codes, graph.stopGradient(latents));
    Tensor commitmentLoss = new MeanSquaredError().build(graph, graph.stopGradient(codes), latents);
    Tensor loss =
        legacy
            ? commitmentLoss.plus(codebookLoss.times(beta))
            : codebookLoss.plus(commitmentLoss.times(beta));
    Tensor difference = graph.stopGradient(codes.minus(latents));
    return new Quantized(graph.plus(latents, difference), graph.reshape(nearest, n, h, w), loss);
  }

  /**
   * The codebook's vectors of indices.
   *
   * @param indices an input of ids, {@code [n, h, w]}
   * @return {@code [n, embedDim, h, w]}
   */
  public Tensor lookup(Graph graph, Tensor indices, long embedDim) {
    return graph.permute(graph.embedding(codebook(graph, embedDim), indices), 0, 3, 1, 2);
  }

  private Tensor codebook(Graph graph, long embedDim) {
    return graph
        .scope("embedding")
        .parameter(
            "weight",
            ParameterLayout.PLAIN,
            new Initializer.Uniform(1.0 / numEmbeddings),
            numEmbeddings,
            embedDim);
  }
}

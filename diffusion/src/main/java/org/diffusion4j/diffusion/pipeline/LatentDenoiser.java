package org.diffusion4j.diffusion.pipeline;

import java.util.Map;
import org.diffusion4j.core.execution.GraphExecutor;
import org.diffusion4j.core.execution.SameDiffExecutor;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.weights.Weights;
import org.diffusion4j.diffusion.denoise.ConditionedDenoiser;
import org.diffusion4j.unet.UNet2DConditionModel;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A U-Net that looks at n texts in one run; not for two threads at a time. */
final class LatentDenoiser implements AutoCloseable {
  private final GraphExecutor unet;

  /** {@code [n, c, h, w]}. */
  private final long[] shape;

  /**
   * Prepares a U-Net.
   *
   * @param latentShape of one image, {@code [1, c, h, w]}
   * @param n the number of texts
   * @param length the tokens of a text
   */
  LatentDenoiser(
      UNet2DConditionModel model, Weights weights, long[] latentShape, int n, int length) {
    shape = latentShape.clone();
    shape[0] = n;
    Graph graph = new Graph();
    Tensor sample = graph.input("sample", shape);
    Tensor timesteps = graph.input("timesteps", n);
    Tensor states =
        graph.input("encoder_hidden_states", n, length, model.config().crossAttentionDim());
    graph.named("prediction", model.build(graph, sample, timesteps, states));
    unet = new SameDiffExecutor(graph, weights);
  }

  /**
   * The U-Net given its texts.
   *
   * @param states {@code [n, s, d]}
   */
  ConditionedDenoiser given(INDArray states) {
    return (sample, timestep) -> predict(sample, timestep, states);
  }

  private float[][] predict(float[] sample, double timestep, INDArray states) {
    int n = Math.toIntExact(shape[0]);
    float[] repeated = new float[n * sample.length];
    for (int i = 0; i < n; i++) {
      System.arraycopy(sample, 0, repeated, i * sample.length, sample.length);
    }
    try (INDArray x = Nd4j.create(repeated, shape, 'c');
        INDArray t = Nd4j.valueArrayOf(new long[] {n}, (float) timestep);
        INDArray predictions =
            unet.run(
                Map.of("sample", x, "timesteps", t, "encoder_hidden_states", states),
                "prediction")) {
      float[] values = predictions.dup('c').data().asFloat();
      float[][] rows = new float[n][sample.length];
      for (int i = 0; i < n; i++) {
        System.arraycopy(values, i * sample.length, rows[i], 0, sample.length);
      }
      return rows;
    }
  }

  @Override
  public void close() {
    unet.close();
  }
}

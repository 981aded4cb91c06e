package org.diffusion4j.diffusion.pipeline;

import java.util.LinkedHashMap;
import java.util.Map;
import org.diffusion4j.core.execution.Execution;
import org.diffusion4j.core.execution.GraphExecutor;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.weights.Weights;
import org.diffusion4j.diffusion.denoise.ConditionedDenoiser;
import org.diffusion4j.unet.AddedConditions;
import org.diffusion4j.unet.UNet2DConditionModel;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A U-Net on latents of one size, given texts of one number; not for two threads at a time. */
final class LatentDenoiser implements AutoCloseable {
  private static final String SAMPLE = "sample";
  private static final String TIMESTEPS = "timesteps";
  private static final String STATES = "encoder_hidden_states";
  private static final String PREDICTION = "prediction";

  /**
   * What a graph is built for.
   *
   * @param texts that the U-Net looks at in one run, each with a copy of the sample
   * @param length of the states of a text
   * @param height of the latents
   * @param width of the latents
   */
  record Shape(long texts, long length, long height, long width) {

    /** For texts and latents of {@code [1, c, h, w]}. */
    static Shape of(TextConditions conditions, long[] latents) {
      INDArray states = conditions.states();
      return new Shape(states.size(0), states.size(1), latents[2], latents[3]);
    }
  }

  private final Shape shape;
  private final MicroConditions micro;
  private final AddedConditions added;
  private final long[] sampleShape;
  private final GraphExecutor unet;

  LatentDenoiser(
      UNet2DConditionModel model,
      Weights weights,
      Execution execution,
      MicroConditions micro,
      Shape shape) {
    this.shape = shape;
    this.micro = micro;
    int n = Math.toIntExact(shape.texts);
    sampleShape = new long[] {n, model.config().inChannels(), shape.height, shape.width};
    Graph graph = new Graph();
    Tensor sample = graph.input(SAMPLE, sampleShape);
    Tensor timesteps = graph.input(TIMESTEPS, n);
    Tensor states = graph.input(STATES, n, shape.length, model.config().crossAttentionDim());
    added = model.addedConditions(graph, n, micro.count());
    graph.named(PREDICTION, model.build(graph, sample, timesteps, states, added));
    unet = execution.open(graph, weights);
  }

  Shape shape() {
    return shape;
  }

  /**
   * The U-Net given its texts.
   *
   * @param size of the image in pixels, height and width
   */
  ConditionedDenoiser given(TextConditions conditions, long[] size) {
    Map<String, INDArray> inputs = new LinkedHashMap<>();
    inputs.put(STATES, conditions.states());
    added
        .textEmbeds()
        .ifPresent(embeds -> inputs.put(embeds.name(), conditions.pooled().orElseThrow()));
    added
        .timeIds()
        .ifPresent(
            ids -> inputs.put(ids.name(), micro.timeIds(size, Math.toIntExact(shape.texts))));
    return (sample, timestep) -> predict(sample, timestep, inputs);
  }

  private float[][] predict(float[] sample, double timestep, Map<String, INDArray> conditions) {
    int n = Math.toIntExact(shape.texts);
    float[] repeated = new float[n * sample.length];
    for (int i = 0; i < n; i++) {
      System.arraycopy(sample, 0, repeated, i * sample.length, sample.length);
    }
    Map<String, INDArray> inputs = new LinkedHashMap<>(conditions);
    try (INDArray x = Nd4j.create(repeated, sampleShape, 'c');
        INDArray t = Nd4j.valueArrayOf(new long[] {n}, (float) timestep)) {
      inputs.put(SAMPLE, x);
      inputs.put(TIMESTEPS, t);
      try (INDArray predictions = unet.run(inputs, PREDICTION)) {
        return rows(predictions.dup('c').data().asFloat(), n);
      }
    }
  }

  private static float[][] rows(float[] values, int n) {
    int length = values.length / n;
    float[][] rows = new float[n][length];
    for (int i = 0; i < n; i++) {
      System.arraycopy(values, i * length, rows[i], 0, length);
    }
    return rows;
  }

  @Override
  public void close() {
    unet.close();
  }
}

package org.diffusion4j.unet;

import java.util.Optional;
import org.diffusion4j.core.check.Require;
import org.diffusion4j.core.embed.SinusoidalEmbedding;
import org.diffusion4j.core.embed.TimestepEmbedding;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.nn.Linear;

/**
 * What the residual blocks of {@link UNet2DConditionModel} know: the sum of the embeddings of time,
 * class and {@link AdditionEmbedType}.
 */
record ConditionEmbedding(UNet2DConditionConfig config) {

  /**
   * Adds the embedding.
   *
   * @param timesteps {@code [n]}
   * @return {@code [n, timeEmbedDim]}
   */
  Tensor build(Graph graph, Tensor timesteps, AddedConditions added) {
    Tensor sum = timeEmbedding(graph.scope("time_embedding"), timeProjection(graph, timesteps));
    if (config.hasClasses()) {
      Tensor labels = present("classLabels", added.classLabels());
      sum = graph.plus(sum, classEmbedding(graph, labels));
    } else {
      requireAbsent("classLabels", added.classLabels());
    }
    if (config.additionEmbedType().isPresent()) {
      Tensor textEmbeds = present("textEmbeds", added.textEmbeds());
      Tensor timeIds = present("timeIds", added.timeIds());
      sum = graph.plus(sum, textTimeEmbedding(graph, textEmbeds, timeIds));
    } else {
      requireAbsent("textEmbeds", added.textEmbeds());
      requireAbsent("timeIds", added.timeIds());
    }
    return sum;
  }

  private Tensor timeProjection(Graph graph, Tensor timesteps) {
    return sinusoids(config.blockOutChannels().get(0)).build(graph.scope("time_proj"), timesteps);
  }

  private SinusoidalEmbedding sinusoids(int dim) {
    return new SinusoidalEmbedding(dim, config.flipSinToCos(), config.freqShift());
  }

  private Tensor timeEmbedding(Graph scope, Tensor x) {
    return new TimestepEmbedding(config.timeEmbedDim(), config.actFn().function()).build(scope, x);
  }

  private Tensor classEmbedding(Graph graph, Tensor labels) {
    Graph scope = graph.scope("class_embedding");
    int width = config.timeEmbedDim();
    if (config.classEmbedType().isEmpty()) {
      return ClassTable.build(scope, labels, config.numClassEmbeds().getAsInt(), width);
    }
    return switch (config.classEmbedType().get()) {
      case TIMESTEP -> timeEmbedding(scope, timeProjection(graph, labels));
      case IDENTITY -> labels;
      case PROJECTION -> new TimestepEmbedding(width).build(scope, labels);
      case SIMPLE_PROJECTION -> new Linear(width).build(scope, labels);
    };
  }

  private Tensor textTimeEmbedding(Graph graph, Tensor textEmbeds, Tensor timeIds) {
    long n = timeIds.size(0);
    long sizes = timeIds.size(1);
    int dim = config.additionTimeEmbedDim().getAsInt();
    Tensor flat = graph.reshape(timeIds, n * sizes);
    Tensor projected = sinusoids(dim).build(graph.scope("add_time_proj"), flat);
    Tensor joined = graph.concat(1, textEmbeds, graph.reshape(projected, n, sizes * dim));
    Require.equal(
        "features of textEmbeds and timeIds",
        joined.size(1),
        "projectionClassEmbeddingsInputDim",
        config.projectionClassEmbeddingsInputDim().getAsInt());
    return new TimestepEmbedding(config.timeEmbedDim()).build(graph.scope("add_embedding"), joined);
  }

  private static Tensor present(String name, Optional<Tensor> condition) {
    return condition.orElseThrow(
        () -> new IllegalArgumentException(name + " (=absent) must be given to this model"));
  }

  private static void requireAbsent(String name, Optional<Tensor> condition) {
    Require.that(
        condition.isEmpty(),
        name,
        condition.map(Tensor::toString).orElse(""),
        "must be absent: the model is not conditioned on it");
  }
}

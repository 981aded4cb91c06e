package org.diffusion4j.benchmarks.compare;

import java.io.IOException;
import org.diffusion4j.core.execution.Execution;
import org.diffusion4j.core.weights.TensorInfo;
import org.diffusion4j.diffusion.pipeline.GenerationRequest;
import org.diffusion4j.diffusion.pipeline.StableDiffusionPipeline;
import org.diffusion4j.examples.inspect.ModelPart;
import org.diffusion4j.examples.model.ShippedModel;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The pipeline from a text to a picture. */
final class PictureSession implements Session {
  private static final GenerationRequest REQUEST =
      GenerationRequest.of("a photo of a sneaker").withSteps(20).withSeed(7);

  private final StableDiffusionPipeline pipeline;

  private PictureSession(StableDiffusionPipeline pipeline) {
    this.pipeline = pipeline;
  }

  /** Opens the model that ships. */
  static Session open(Execution execution) throws IOException {
    return new PictureSession(StableDiffusionPipeline.open(ShippedModel.unpack(), execution));
  }

  /** The number of weights in that model's folder. */
  static long weightCount() throws IOException {
    return ModelPart.of(ShippedModel.unpack().root()).stream()
        .flatMap(part -> part.tensors().stream())
        .mapToLong(TensorInfo::size)
        .sum();
  }

  @Override
  public float[] run() {
    INDArray image = pipeline.generate(REQUEST, step -> {}, () -> false).get(0).image();
    return ExecutorSession.values(image);
  }

  @Override
  public void close() {
    pipeline.close();
  }
}

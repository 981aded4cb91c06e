package org.diffusion4j.benchmarks.torch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.diffusion4j.benchmarks.compare.InOwnProcess;
import org.diffusion4j.clip.text.ClipTextConfig;
import org.diffusion4j.clip.text.ClipTextModel;
import org.diffusion4j.core.execution.Gradients;
import org.diffusion4j.core.execution.samediff.SameDiffExecutor;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.ParameterSpec;
import org.diffusion4j.core.graph.PoolSettings;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.loss.MeanSquaredError;
import org.diffusion4j.core.random.Generator;
import org.diffusion4j.core.train.AdamW;
import org.diffusion4j.core.weights.DType;
import org.diffusion4j.core.weights.Weights;
import org.diffusion4j.core.weights.WeightsFile;
import org.diffusion4j.unet.DownBlockType;
import org.diffusion4j.unet.UNet2DConditionConfig;
import org.diffusion4j.unet.UNet2DConditionModel;
import org.diffusion4j.unet.UpBlockType;
import org.diffusion4j.vae.AutoencoderKL;
import org.diffusion4j.vae.AutoencoderKLConfig;
import org.diffusion4j.vae.DownEncoderBlockType;
import org.diffusion4j.vae.UpDecoderBlockType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

@InOwnProcess
class TorchNetworkTest {
  private static final double TOLERANCE = 1e-4;

  /** Bfloat16 keeps 8 bits of a value, and errors add up from layer to layer. */
  private static final double BFLOAT16_TOLERANCE = 0.05;

  private static final double LEARNING_RATE = 1e-2;

  private static final UNet2DConditionConfig UNET =
      UNet2DConditionConfig.DEFAULTS.with(
          config ->
              config
                  .inChannels(3)
                  .outChannels(2)
                  .downBlockTypes(
                      List.of(DownBlockType.CROSS_ATTN_DOWN_BLOCK_2D, DownBlockType.DOWN_BLOCK_2D))
                  .upBlockTypes(
                      List.of(UpBlockType.UP_BLOCK_2D, UpBlockType.CROSS_ATTN_UP_BLOCK_2D))
                  .blockOutChannels(List.of(12, 20))
                  .layersPerBlock(List.of(1))
                  .attentionHeadDim(List.of(2))
                  .crossAttentionDim(11)
                  .normNumGroups(4));

  private final Generator generator = new Generator(3);
  private final Graph graph = new Graph();

  private Map<String, INDArray> unet() {
    Tensor sample = graph.input("sample", 2, 3, 14, 10);
    Tensor timesteps = graph.input("timesteps", 2);
    Tensor states = graph.input("states", 2, 7, 11);
    Tensor target = graph.input("target", 2, 2, 14, 10);
    Tensor output = new UNet2DConditionModel(UNET).build(graph, sample, timesteps, states);
    graph.named("output", output);
    graph.named("loss", new MeanSquaredError().build(graph, output, target));
    return Map.of(
        "sample", generator.randn(2, 3, 14, 10),
        "timesteps", Nd4j.createFromArray(13f, 871f),
        "states", generator.randn(2, 7, 11),
        "target", generator.randn(2, 2, 14, 10));
  }

  private Weights weights() {
    return Weights.initialize(graph.parameters(), generator);
  }

  @Test
  void predictsWhatSameDiffDoes(@TempDir Path folder) throws Exception {
    Map<String, INDArray> inputs = unet();
    Weights weights = weights();
    float[] expected = sameDiff(weights, inputs);
    assertClose(expected, torch(TorchParameters.of(weights), false, inputs), TOLERANCE);

    Path file = folder.resolve("model.safetensors");
    WeightsFile.save(file, weights, DType.F32, Map.of());
    TorchParameters read = TorchParameters.read(file, graph.parameters());
    assertClose(expected, torch(read, true, inputs), BFLOAT16_TOLERANCE);
  }

  @Test
  void predictsWithCausalAttentionAndTokens() {
    Tensor ids = graph.inputIds("ids", 2, 5);
    ClipTextConfig config = new ClipTextConfig(23, 14, 22, 3, 2, 7, 1e-5);
    graph.named("output", new ClipTextModel(config).build(graph, ids));
    Map<String, INDArray> inputs =
        Map.of("ids", Nd4j.createFromArray(1L, 7, 22, 0, 5, 13, 2, 2, 19, 22).reshape(2, 5));
    Weights weights = weights();
    float[] expected = sameDiff(weights, inputs);
    assertClose(expected, torch(TorchParameters.of(weights), false, inputs), TOLERANCE);
    assertClose(expected, torch(TorchParameters.of(weights), true, inputs), BFLOAT16_TOLERANCE);
  }

  @Test
  void decodesAsSameDiffDoes() {
    AutoencoderKLConfig config =
        AutoencoderKLConfig.DEFAULTS.with(
            c ->
                c.downBlockTypes(
                        List.of(
                            DownEncoderBlockType.DOWN_ENCODER_BLOCK_2D,
                            DownEncoderBlockType.DOWN_ENCODER_BLOCK_2D))
                    .upBlockTypes(
                        List.of(
                            UpDecoderBlockType.UP_DECODER_BLOCK_2D,
                            UpDecoderBlockType.UP_DECODER_BLOCK_2D))
                    .blockOutChannels(List.of(6, 10))
                    .normNumGroups(2));
    graph.named(
        "output", new AutoencoderKL(config).decode(graph, graph.input("latents", 2, 4, 7, 5)));
    Map<String, INDArray> inputs = Map.of("latents", generator.randn(2, 4, 7, 5));
    Weights weights = weights();
    float[] expected = sameDiff(weights, inputs);
    assertClose(expected, torch(TorchParameters.of(weights), false, inputs), TOLERANCE);
  }

  @Test
  void gradientsAreThoseOfSameDiff() {
    Map<String, INDArray> inputs = unet();
    Weights weights = weights();
    Gradients expected = gradients(weights, inputs);
    float largest =
        (float)
            expected.gradients().values().stream()
                .mapToDouble(gradient -> gradient.amaxNumber().doubleValue())
                .max()
                .orElseThrow();
    try (TorchTraining training = training(weights, false)) {
      float loss = training.backward(training.inputs(inputs));
      assertEquals(expected.loss(), loss, TOLERANCE * expected.loss());
      Map<String, float[]> actual = training.gradients();
      for (ParameterSpec spec : weights.specs()) {
        int[] axes = spec.layout().memoryAxes(spec.shape().size());
        float[] values = floats(expected.gradients().get(spec.name()).permute(axes));
        // Before a norm, the gradient of a bias is 0 but for what rounding leaves.
        assertClose(spec.name(), values, actual.get(spec.name()), TOLERANCE, largest / 100);
      }
    }
  }

  @Test
  void trainsAsAdamWDoes() {
    Map<String, INDArray> inputs = unet();
    Weights weights = weights();
    try (TorchTraining single = training(weights, false);
        TorchTraining half = training(weights, true)) {
      Map<String, org.bytedeco.pytorch.Tensor> torchInputs = single.inputs(inputs);
      AdamW optimizer = AdamW.Config.TORCH.create(weights.arrays(), name -> true);
      double first = 0;
      double last = 0;
      try (SameDiffExecutor executor = new SameDiffExecutor(graph, weights)) {
        for (int step = 1; step <= 5; step++) {
          Gradients gradients =
              executor.gradients(inputs, "loss", weights.arrays().keySet(), List.of());
          optimizer.step(step, LEARNING_RATE, gradients.gradients());
          last = gradients.loss();
          first = step == 1 ? last : first;
          assertEquals(last, single.step(torchInputs), 10 * TOLERANCE * last);
          assertEquals(last, half.step(torchInputs), BFLOAT16_TOLERANCE * last);
        }
      }
      assertTrue(last < 0.9 * first, last + " after " + first);
    }
  }

  @Test
  void namesTheLayerThatItDoesNotKnow() {
    Tensor x = graph.input("x", 2, 3, 8, 10);
    graph.named("output", graph.maxPool2d(x, PoolSettings.of(2)));
    UnsupportedOperationException thrown =
        assertThrows(
            UnsupportedOperationException.class,
            () ->
                torch(
                    TorchParameters.of(weights()),
                    false,
                    Map.of("x", generator.randn(2, 3, 8, 10))));
    assertEquals("layer (=MaxPool2d) must be one that is done with PyTorch", thrown.getMessage());
  }

  private TorchTraining training(Weights weights, boolean bfloat16) {
    return new TorchTraining(graph, TorchParameters.of(weights), bfloat16, "loss", LEARNING_RATE);
  }

  private Gradients gradients(Weights weights, Map<String, INDArray> inputs) {
    try (SameDiffExecutor executor = new SameDiffExecutor(graph, weights)) {
      return executor.gradients(inputs, "loss", weights.arrays().keySet(), List.of());
    }
  }

  private float[] sameDiff(Weights weights, Map<String, INDArray> inputs) {
    try (SameDiffExecutor executor = new SameDiffExecutor(graph, weights)) {
      return floats(executor.run(inputs, "output"));
    }
  }

  private float[] torch(
      TorchParameters parameters, boolean bfloat16, Map<String, INDArray> inputs) {
    try (TorchNetwork network = TorchNetwork.forward(graph, parameters, bfloat16, "output")) {
      return network.run(network.inputs(inputs));
    }
  }

  private static float[] floats(INDArray array) {
    return array.dup('c').data().asFloat();
  }

  private static void assertClose(float[] expected, float[] actual, double tolerance) {
    assertClose("output", expected, actual, tolerance, 0);
  }

  /** Each value is within the tolerance, relative to the largest. */
  private static void assertClose(
      String name, float[] expected, float[] actual, double tolerance, float least) {
    assertEquals(expected.length, actual.length, name);
    float largest = least;
    for (float value : expected) {
      largest = Math.max(largest, Math.abs(value));
    }
    assertTrue(largest > 0, name);
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], actual[i], tolerance * largest, name + " " + i);
    }
  }
}

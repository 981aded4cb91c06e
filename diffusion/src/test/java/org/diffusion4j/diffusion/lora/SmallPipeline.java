package org.diffusion4j.diffusion.lora;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.diffusion4j.clip.text.ClipTextConfig;
import org.diffusion4j.clip.text.ClipTextModel;
import org.diffusion4j.core.execution.samediff.SameDiffExecutor;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.ParameterSpec;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.random.Generator;
import org.diffusion4j.core.weights.DType;
import org.diffusion4j.core.weights.SafetensorsFile;
import org.diffusion4j.core.weights.Weights;
import org.diffusion4j.unet.DownBlockType;
import org.diffusion4j.unet.UNet2DConditionConfig;
import org.diffusion4j.unet.UNet2DConditionConfigBuilder;
import org.diffusion4j.unet.UNet2DConditionModel;
import org.diffusion4j.unet.UpBlockType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A U-Net and a text encoder of a few features, with random weights. */
final class SmallPipeline {
  static final UNet2DConditionModel UNET =
      new UNet2DConditionModel(
          UNet2DConditionConfigBuilder.builder(UNet2DConditionConfig.DEFAULTS)
              .inChannels(3)
              .outChannels(2)
              .downBlockTypes(
                  List.of(DownBlockType.CROSS_ATTN_DOWN_BLOCK_2D, DownBlockType.DOWN_BLOCK_2D))
              .upBlockTypes(List.of(UpBlockType.UP_BLOCK_2D, UpBlockType.CROSS_ATTN_UP_BLOCK_2D))
              .blockOutChannels(List.of(4, 6))
              .layersPerBlock(List.of(1))
              .attentionHeadDim(List.of(2))
              .crossAttentionDim(5)
              .normNumGroups(2)
              .build());

  static final ClipTextModel TEXT = new ClipTextModel(new ClipTextConfig(11, 6, 10, 2, 2, 7, 1e-5));

  static final Map<LoraPart, List<ParameterSpec>> PARAMETERS =
      Map.of(LoraPart.UNET, UNET.parameters(), LoraPart.TEXT_ENCODER, TEXT.parameters());

  /** Linear layers, and convolutions of kernels 1 and 3 and of stride 2. */
  static final List<String> UNET_TARGETS =
      List.of(
          "to_q",
          "to_out.0",
          "ff.net.0.proj",
          "proj_in",
          "conv1",
          "downsamplers.0.conv",
          "upsamplers.0.conv",
          "conv_shortcut",
          "time_emb_proj",
          "conv_in",
          "linear_1");

  static final List<String> TEXT_TARGETS = List.of("q_proj", "out_proj", "mlp.fc1");

  private SmallPipeline() {}

  static Weights unetWeights() {
    return Weights.initialize(UNET.parameters(), new Generator(3));
  }

  static Weights textWeights() {
    return Weights.initialize(TEXT.parameters(), new Generator(5));
  }

  /** An adapter whose B is random, too. */
  static LoraAdapter adapter(LoraPart part, int rank, double alpha, List<String> targets) {
    Generator generator = new Generator(7 + rank);
    LoraAdapter adapter =
        LoraAdapter.initialize(
            PARAMETERS.get(part), new LoraConfig(rank, alpha, targets), generator);
    adapter
        .parameters()
        .arrays()
        .forEach(
            (name, array) -> {
              if (name.endsWith("lora_B.weight")) {
                array.assign(generator.randn(array.shape()).muli(0.2));
              }
            });
    return adapter;
  }

  static Lora lora(int rank, double alpha) {
    return new Lora(
        Map.of(
            LoraPart.UNET, adapter(LoraPart.UNET, rank, alpha, UNET_TARGETS),
            LoraPart.TEXT_ENCODER, adapter(LoraPart.TEXT_ENCODER, rank, alpha, TEXT_TARGETS)));
  }

  /** The tensors of the file that adapters are written to, as they lie there. */
  static Map<String, INDArray> fileTensors(Path folder, Lora lora) {
    Path file = folder.resolve("tensors.safetensors");
    LoraFile.write(file, lora, DType.F32);
    Map<String, INDArray> tensors = new LinkedHashMap<>();
    try (SafetensorsFile open = SafetensorsFile.open(file)) {
      open.names().forEach(name -> tensors.put(name, open.read(name)));
    }
    return tensors;
  }

  /** Inputs of a graph, random but for the ids. */
  static Map<String, INDArray> inputs(Graph graph) {
    Generator generator = new Generator(13);
    Map<String, INDArray> inputs = new LinkedHashMap<>();
    graph
        .inputs()
        .forEach(
            (name, input) ->
                inputs.put(
                    name,
                    name.equals("input_ids")
                        ? Nd4j.createFromArray(new long[][] {{9, 3, 0, 5, 10}})
                        : generator.randn(input.tensor().shapeArray())));
    return inputs;
  }

  static Tensor build(LoraPart part, Graph graph) {
    if (part == LoraPart.TEXT_ENCODER) {
      return TEXT.build(graph, graph.inputIds("input_ids", 1, 5));
    }
    return UNET.build(
        graph,
        graph.input("sample", 2, 3, 6, 4),
        graph.input("timesteps", 2),
        graph.input("encoder_hidden_states", 2, 7, 5));
  }

  static INDArray run(LoraPart part, Weights weights) {
    Graph graph = new Graph();
    graph.named("y", build(part, graph));
    try (SameDiffExecutor executor = new SameDiffExecutor(graph, weights)) {
      return executor.run(inputs(graph), "y");
    }
  }

  static INDArray runBeside(LoraPart part, Weights weights, LoraAdapter adapter, double scale) {
    Graph graph = new Graph();
    graph.named("y", build(part, graph.withUpdates(adapter.updates(scale))));
    try (SameDiffExecutor executor = new SameDiffExecutor(graph, adapter.beside(graph, weights))) {
      return executor.run(inputs(graph), "y");
    }
  }

  /** Fails unless the values are the same, bit for bit; ND4J's own equality has a tolerance. */
  static void assertSameBits(INDArray expected, INDArray actual, String what) {
    assertArrayEquals(expected.shape(), actual.shape(), what);
    assertArrayEquals(bits(expected), bits(actual), what);
  }

  static void assertSameBits(Weights expected, Weights actual) {
    assertEquals(expected.arrays().keySet(), actual.arrays().keySet());
    expected.arrays().forEach((name, array) -> assertSameBits(array, actual.get(name), name));
  }

  private static int[] bits(INDArray array) {
    float[] values = array.dup('c').data().asFloat();
    return IntStream.range(0, values.length).map(i -> Float.floatToRawIntBits(values[i])).toArray();
  }

  static List<String> names(Weights weights) {
    return new ArrayList<>(weights.arrays().keySet());
  }
}

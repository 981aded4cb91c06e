package org.diffusion4j.unet;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.diffusion4j.core.config.ConfigFile;
import org.diffusion4j.core.execution.SameDiffExecutor;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.testing.ReferenceModel;
import org.diffusion4j.core.testing.TensorAssertions;
import org.diffusion4j.core.testing.TestResources;
import org.diffusion4j.core.verify.GoldenFile;
import org.diffusion4j.core.weights.SafetensorsFile;
import org.diffusion4j.core.weights.WeightsFile;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The model against diffusers' {@code UNet2DConditionModel} with the same config and weights. */
class UNet2DConditionModelGoldenTest {
  private static final String ROOT = "golden/unet2d-condition/";
  private static final String INTERMEDIATE = "mid.";
  private static final double TOLERANCE = 1e-4;

  @ParameterizedTest
  @CsvSource({"sd1, io", "sd1, io_odd", "sd2, io", "sdxl, io"})
  void computesWhatTheReferenceComputes(String model, String name) throws IOException {
    GoldenFile io = io(model, name);
    Graph graph = new Graph();
    build(graph, model, io);
    List<String> names = new ArrayList<>(List.of("output"));
    io.names().stream().filter(tensor -> tensor.startsWith(INTERMEDIATE)).forEach(names::add);
    for (String tensor : names.subList(1, names.size())) {
      graph.named(tensor, outputOfScope(graph, tensor.substring(INTERMEDIATE.length())));
    }
    reference(model, io).assertOutputs(graph, names);
  }

  @ParameterizedTest
  @CsvSource({"sd1, io", "sd1, io_odd", "sd2, io", "sdxl, io"})
  void hasTheGradientsOfTheReference(String model, String name) throws IOException {
    GoldenFile io = io(model, name);
    Graph graph = new Graph();
    Tensor output = build(graph, model, io);
    Tensor w = graph.input("w", output.shapeArray());
    graph.named("loss", graph.sum(graph.multiply(output, w), false));
    List<String> differentiable =
        List.of("sample", "encoder_hidden_states").stream()
            .filter(input -> io.names().contains("grad." + input))
            .toList();
    reference(model, io).assertGradients(graph, "loss", differentiable);
  }

  @ParameterizedTest
  @ValueSource(strings = {"fp16", "bf16"})
  void weightsInHalfPrecisionGiveWhatTheyGiveTheReference(String precision) throws IOException {
    GoldenFile io = io("sd1", "io");
    Graph graph = new Graph();
    build(graph, "sd1", io);
    Path weights = weights("sd1", "diffusion_pytorch_model." + precision + ".safetensors");
    Map<String, INDArray> inputs = new HashMap<>();
    graph.inputs().keySet().forEach(name -> inputs.put(name, io.tensor(name)));
    try (SafetensorsFile reference =
            SafetensorsFile.open(
                TestResources.path(ROOT + "sd1/io_" + precision + ".safetensors"));
        SameDiffExecutor executor =
            new SameDiffExecutor(graph, WeightsFile.load(weights, graph.parameters()))) {
      INDArray expected = reference.read("output");
      INDArray actual = executor.run(inputs, "output");
      TensorAssertions.assertClose(expected, actual, TOLERANCE, 0, precision);
    }
  }

  private static GoldenFile io(String model, String name) {
    return TestResources.golden(ROOT + model + "/" + name + ".json");
  }

  private static Path weights(String model, String file) {
    return TestResources.path(ROOT + model + "/" + file);
  }

  private static ReferenceModel reference(String model, GoldenFile io) {
    List<String> inputs =
        new ArrayList<>(List.of("sample", "timestep", "encoder_hidden_states", "w"));
    List.of("text_embeds", "time_ids").stream().filter(io.names()::contains).forEach(inputs::add);
    return new ReferenceModel(
        io, weights(model, "diffusion_pytorch_model.safetensors"), inputs.toArray(String[]::new));
  }

  private static Tensor build(Graph graph, String model, GoldenFile io) throws IOException {
    UNet2DConditionConfig config =
        ConfigFile.readOver(
            TestResources.path(ROOT + model + "/config.json"),
            UNet2DConditionConfig.DEFAULTS,
            "UNet2DConditionModel");
    UNet2DConditionModel unet = new UNet2DConditionModel(config);
    long[] shape = io.shape("sample");
    Tensor sample = graph.input("sample", shape);
    Tensor timestep = graph.input("timestep", shape[0]);
    Tensor states = graph.input("encoder_hidden_states", io.shape("encoder_hidden_states"));
    int sizes = io.names().contains("time_ids") ? (int) io.shape("time_ids")[1] : 0;
    AddedConditions added = unet.addedConditions(graph, shape[0], sizes);
    return graph.named("output", unet.build(graph, sample, timestep, states, added));
  }

  /** What a module gives: the last layer under its name. */
  private static Tensor outputOfScope(Graph graph, String module) {
    return graph.nodes().stream()
        .map(Graph.Node::output)
        .filter(output -> output.name().startsWith(module + "."))
        .reduce((earlier, later) -> later)
        .orElseThrow(() -> new AssertionError("no layer of " + module));
  }
}

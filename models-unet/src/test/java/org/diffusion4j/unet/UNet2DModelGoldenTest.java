package org.diffusion4j.unet;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.diffusion4j.core.config.ConfigFile;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.testing.ReferenceModel;
import org.diffusion4j.core.testing.TestResources;
import org.diffusion4j.core.verify.GoldenFile;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The model against diffusers' {@code UNet2DModel} with the same config and weights. */
class UNet2DModelGoldenTest {
  private static final String INTERMEDIATE = "mid.";

  @ParameterizedTest
  @ValueSource(strings = {"ddpm", "scale-shift"})
  void computesWhatTheReferenceComputes(String model) throws IOException {
    GoldenFile io = TestResources.golden("golden/unet2d/" + model + "/io.json");
    Graph graph = new Graph();
    build(graph, model, io);
    List<String> names = new ArrayList<>(List.of("output"));
    io.names().stream().filter(name -> name.startsWith(INTERMEDIATE)).forEach(names::add);
    for (String name : names.subList(1, names.size())) {
      graph.named(name, outputOfScope(graph, name.substring(INTERMEDIATE.length())));
    }
    reference(model, io).assertOutputs(graph, names);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ddpm", "scale-shift"})
  void hasTheGradientsOfTheReference(String model) throws IOException {
    GoldenFile io = TestResources.golden("golden/unet2d/" + model + "/io.json");
    Graph graph = new Graph();
    Tensor output = build(graph, model, io);
    Tensor w = graph.input("w", output.shapeArray());
    graph.named("loss", graph.sum(graph.multiply(output, w), false));
    reference(model, io).assertGradients(graph, "loss", List.of("sample"));
  }

  private static ReferenceModel reference(String model, GoldenFile io) {
    List<String> inputs = new ArrayList<>(List.of("sample", "timestep", "w"));
    if (io.names().contains("class_labels")) {
      inputs.add("class_labels");
    }
    return new ReferenceModel(
        "golden/unet2d/" + model,
        "diffusion_pytorch_model.safetensors",
        inputs.toArray(String[]::new));
  }

  private static Tensor build(Graph graph, String model, GoldenFile io) throws IOException {
    UNet2DConfig config =
        ConfigFile.readOver(
            TestResources.path("golden/unet2d/" + model + "/config.json"),
            UNet2DConfig.DEFAULTS,
            "UNet2DModel");
    UNet2DModel unet = new UNet2DModel(config);
    long[] shape = io.shape("sample");
    Tensor sample = graph.input("sample", shape);
    Tensor timestep = graph.input("timestep", shape[0]);
    Optional<Tensor> labels = unet.classLabels(graph, shape[0]);
    return graph.named("output", unet.build(graph, sample, timestep, labels));
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

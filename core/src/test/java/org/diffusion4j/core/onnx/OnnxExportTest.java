package org.diffusion4j.core.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import onnx.Onnx.ModelProto;
import onnx.Onnx.StringStringEntryProto;
import onnx.Onnx.TensorProto;
import onnx.Onnx.ValueInfoProto;
import org.diffusion4j.core.graph.ConvSettings;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Initializer;
import org.diffusion4j.core.graph.ParameterLayout;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.nn.Conv1d;
import org.diffusion4j.core.nn.Conv2d;
import org.diffusion4j.core.nn.Linear;
import org.diffusion4j.core.random.Generator;
import org.diffusion4j.core.testing.OnnxRuntime;
import org.diffusion4j.core.weights.Weights;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class OnnxExportTest {
  private static final double RELATIVE = 1e-5;
  private static final long NO_ROOM = 100;
  private static final OnnxExport.Progress SILENT = (done, total) -> {};

  @TempDir Path folder;
  private Path file;
  private Path data;

  private final Graph graph = new Graph();
  private Weights weights;
  private Map<String, INDArray> inputs;

  @BeforeEach
  void buildGraph() {
    file = folder.resolve("model.onnx");
    data = folder.resolve("model.onnx.data");
    Tensor x = graph.input("x", 2, 3, 5, 7);
    Tensor h = Conv2d.square(11, 3, 1, 1).build(graph.scope("conv"), x);
    Tensor rows = graph.reshape(graph.mean(h, false, 2, 3), 2, 11);
    graph.named("y", new Linear(13).build(graph.scope("fc"), rows));
    graph.named("other", new Linear(3).build(graph.scope("other_fc"), graph.input("z", 2, 5)));
    weights = Weights.initialize(graph.parameters(), new Generator(3));
    Generator generator = new Generator(5);
    inputs = Map.of("x", generator.randn(2, 3, 5, 7), "z", generator.randn(2, 5));
  }

  private void write(long maxModelSize) {
    OnnxExport.write(
        graph, weights, List.of("y"), file, OnnxOptions.DEFAULTS, SILENT, maxModelSize);
  }

  private ModelProto read() throws IOException {
    return ModelProto.parseFrom(Files.readAllBytes(file));
  }

  private Map<String, TensorProto> parameters() throws IOException {
    return read().getGraph().getInitializerList().stream()
        .filter(tensor -> weights.arrays().containsKey(tensor.getName()))
        .collect(Collectors.toMap(TensorProto::getName, tensor -> tensor));
  }

  private Set<String> files() throws IOException {
    try (Stream<Path> list = Files.list(folder)) {
      return list.map(path -> path.getFileName().toString()).collect(Collectors.toSet());
    }
  }

  @Test
  void parametersHaveTheirNamesAndTheLayoutOfOnnx() throws IOException {
    write(Long.MAX_VALUE);
    Map<String, TensorProto> parameters = parameters();
    assertEquals(List.of(11L, 3L, 3L, 3L), parameters.get("conv.weight").getDimsList());
    assertEquals(List.of(11L, 13L), parameters.get("fc.weight").getDimsList());
    assertEquals(Set.of("model.onnx"), files());
  }

  @Test
  void whatTheOutputsDoNotNeedIsLeftOut() throws IOException {
    write(Long.MAX_VALUE);
    assertEquals(Set.of("conv.weight", "conv.bias", "fc.weight", "fc.bias"), parameters().keySet());
    assertEquals(
        List.of("x"),
        read().getGraph().getInputList().stream().map(ValueInfoProto::getName).toList());
  }

  @Test
  void weightsThatDoNotFitAreInAFileBesideTheModel() throws IOException {
    write(NO_ROOM);
    assertEquals(Set.of("model.onnx", "model.onnx.data"), files());
    long end = 0;
    for (TensorProto tensor : parameters().values()) {
      assertEquals(TensorProto.DataLocation.EXTERNAL, tensor.getDataLocation());
      assertTrue(tensor.getRawData().isEmpty());
      Map<String, String> entries =
          tensor.getExternalDataList().stream()
              .collect(
                  Collectors.toMap(
                      StringStringEntryProto::getKey, StringStringEntryProto::getValue));
      assertEquals("model.onnx.data", entries.get("location"));
      long offset = Long.parseLong(entries.get("offset"));
      assertEquals(0, offset % 4096);
      end = Math.max(end, offset + Long.parseLong(entries.get("length")));
    }
    assertEquals(end, Files.size(data));
    OnnxRuntime.assertSameNumbers(graph, weights, inputs, List.of("y"), file, RELATIVE);
  }

  @Test
  void theBoundIsOfTheWholeFile() throws IOException {
    write(Long.MAX_VALUE);
    long size = Files.size(file);
    write(size);
    assertEquals(Set.of("model.onnx"), files());
    write(size - 1);
    assertEquals(Set.of("model.onnx", "model.onnx.data"), files());
  }

  @Test
  void dataOfTheModelThatWasThereAreDeleted() throws IOException {
    write(NO_ROOM);
    write(Long.MAX_VALUE);
    assertEquals(Set.of("model.onnx"), files());
    OnnxRuntime.assertSameNumbers(graph, weights, inputs, List.of("y"), file, RELATIVE);
  }

  @Test
  void filesOfOthersStayWhereNoModelWas() throws IOException {
    Files.writeString(data, "mine");
    write(Long.MAX_VALUE);
    assertEquals("mine", Files.readString(data));
  }

  @Test
  void whatEndsTheWritingLeavesTheFilesAsTheyWere() throws IOException {
    write(NO_ROOM);
    Map<String, byte[]> before = new HashMap<>();
    for (String name : files()) {
      before.put(name, Files.readAllBytes(folder.resolve(name)));
    }
    Weights others = Weights.initialize(graph.parameters(), new Generator(4));
    for (long bound : new long[] {NO_ROOM, Long.MAX_VALUE}) {
      assertThrows(
          CancellationException.class,
          () ->
              OnnxExport.write(
                  graph,
                  others,
                  List.of("y"),
                  file,
                  OnnxOptions.DEFAULTS,
                  (done, total) -> {
                    if (done == total) {
                      throw new CancellationException();
                    }
                  },
                  bound));
      assertEquals(before.keySet(), files());
      for (String name : files()) {
        assertArrayEquals(before.get(name), Files.readAllBytes(folder.resolve(name)), name);
      }
    }
  }

  @Test
  void progressIsToldOfEveryWeight() {
    StringBuilder told = new StringBuilder();
    OnnxExport.write(
        graph,
        weights,
        List.of("y"),
        file,
        OnnxOptions.DEFAULTS,
        (done, total) -> told.append(done).append('/').append(total).append(' '));
    assertEquals("1/4 2/4 3/4 4/4 ", told.toString());
  }

  @Test
  void oneTensorMayHaveSeveralNames() {
    Tensor x = graph.tensor("x");
    Tensor twice = graph.named("twice", x.times(2));
    graph.named("again", twice);
    graph.named("stopped", graph.stopGradient(twice));
    graph.named("copied", graph.reshape(x, 2, 3, 5, 7));
    assertSameNumbers("twice", "again", "stopped", "copied", "y");
  }

  @Test
  void aKernelThatIsUsedOtherwiseTooKeepsItsLayout() {
    Tensor x = graph.tensor("x");
    Tensor kernel =
        graph.parameter("shared", ParameterLayout.CONV2D, Initializer.ONES, 3, 2, 3, 11);
    graph.named("a", graph.conv2d(x, kernel, ConvSettings.DEFAULT));
    graph.named("b", kernel.times(3));
    graph.named(
        "c", new Conv1d(5, 3, ConvSettings.DEFAULT).build(graph, graph.reshape(x, 2, 3, 35)));
    assertSameNumbers("a", "b", "c");
  }

  private void assertSameNumbers(String... outputs) {
    Weights all = Weights.initialize(graph.parameters(), new Generator(7));
    OnnxExport.write(graph, all, List.of(outputs), file);
    OnnxRuntime.assertSameNumbers(graph, all, inputs, List.of(outputs), file, RELATIVE);
    try (OnnxRuntime runtime = new OnnxRuntime(file)) {
      assertEquals(Set.of(outputs), runtime.outputs());
    }
  }

  @Test
  void whatCannotBeExportedIsNamed() {
    assertRefused("number of outputs (=0) must be positive", graph, List.of());
    assertRefused("no tensor of the graph is named nothing", graph, List.of("nothing"));
    assertRefused("output (=x) must be computed by a layer", graph, List.of("x"));
    assertRefused("output (=fc.weight) must be computed by a layer", graph, List.of("fc.weight"));
    Graph doubles = new Graph(DataType.DOUBLE);
    doubles.named("y", doubles.input("x", 2).times(3));
    assertRefused("dataType (=DOUBLE) must be FLOAT", doubles, List.of("y"));
    Graph larger = new Graph();
    larger.named("y", new Linear(13).build(larger.scope("fc"), larger.input("x", 2, 5)));
    assertRefused("shape of fc.weight (=[11, 13]) must be [5, 13]", larger, List.of("y"));
    assertFalse(Files.exists(file));
  }

  private void assertRefused(String message, Graph refused, List<String> outputs) {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> OnnxExport.write(refused, weights, outputs, file));
    assertEquals(message, e.getMessage());
  }

  @Test
  void aMissingFolderIsNamed() {
    Path missing = folder.resolve("missing").resolve("model.onnx");
    UncheckedIOException e =
        assertThrows(
            UncheckedIOException.class,
            () -> OnnxExport.write(graph, weights, List.of("y"), missing));
    assertEquals(
        "cannot write " + missing + ": folder " + missing.getParent() + " does not exist",
        e.getMessage());
  }
}

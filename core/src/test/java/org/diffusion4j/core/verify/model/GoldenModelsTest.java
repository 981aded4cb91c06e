package org.diffusion4j.core.verify.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.diffusion4j.core.InvalidFileException;
import org.diffusion4j.core.config.ConfigFile;
import org.diffusion4j.core.execution.Execution;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Initializer;
import org.diffusion4j.core.graph.ParameterLayout;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.nn.Linear;
import org.diffusion4j.core.verify.CaseResult;
import org.diffusion4j.core.verify.CaseResult.Outcome;
import org.diffusion4j.core.verify.VerifiableCase;
import org.diffusion4j.core.weights.DType;
import org.diffusion4j.core.weights.SafetensorsWriter;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * On the model {@code output = W (x + b)}, with {@code W = [[2, 3], [5, 7]]} and {@code b = [1,
 * -1]}.
 *
 * <p>For {@code x = [1, 2]} and {@code w = [11, 13]}: {@code x + b = [2, 1]}, {@code output = [7,
 * 17]}, {@code dL/dx = dL/db = W^T w = [87, 124]} and {@code dL/dW = w (x + b)^T = [[22, 11], [26,
 * 13]]}. The loss is the sum of the squares of {@code x + b}: its gradient is {@code [4, 2]}.
 */
class GoldenModelsTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** How many numbers go in and come out. */
  record Config(int features) {}

  private static final GoldenModels<Config> MODELS =
      new GoldenModels<>(
          "model",
          file -> ConfigFile.readOver(file, new Config(2), "Shifted"),
          GoldenModelsTest::build,
          name -> name.replace("old.", ""));

  @TempDir private Path folder;
  private Path model;
  private final Map<String, INDArray> weights = new LinkedHashMap<>();
  private final Map<String, INDArray> tensors = new LinkedHashMap<>();
  private final ObjectNode json = MAPPER.createObjectNode();

  private static void build(Config config, ModelGraph in) {
    Graph graph = in.graph();
    Tensor bias =
        graph.parameter(
            "bias", ParameterLayout.PLAIN, new Initializer.Constant(0), config.features());
    Tensor shifted = in.differentiable("shifted", in.input("x").plus(bias));
    in.give("shifted", shifted);
    in.loss(graph.sum(shifted.times(shifted), false));
    in.give("output", Linear.withoutBias(config.features()).build(graph.scope("fc"), shifted));
  }

  @BeforeEach
  void write() throws IOException {
    model = Files.createDirectories(folder.resolve("tiny"));
    Files.writeString(
        model.resolve("config.json"), "{\"_class_name\": \"Shifted\", \"features\": 2}");
    weights.put("bias", Nd4j.createFromArray(1f, -1f));
    weights.put("fc.weight", Nd4j.createFromArray(new float[][] {{2, 3}, {5, 7}}));
    tensors.put("x", row(1, 2));
    tensors.put("w", row(11, 13));
    tensors.put("output", row(7, 17));
    tensors.put("shifted", row(2, 1));
    tensors.put("mid.fc", row(7, 17));
    tensors.put("grad.x", row(87, 124));
    tensors.put("grad.param.bias", Nd4j.createFromArray(87f, 124f));
    tensors.put("grad.param.fc.weight", Nd4j.createFromArray(new float[][] {{22, 11}, {26, 13}}));
    json.putObject("inputs").putArray("x").add(1).add(2);
    json.putObject("outputs").putArray("output").add(1).add(2);
    json.putObject("grad_norms_of_all_parameters")
        .put("bias", Math.hypot(87, 124))
        .put("fc.weight", Math.sqrt(22 * 22 + 11 * 11 + 26 * 26 + 13 * 13));
    save();
  }

  private static INDArray row(float... values) {
    return Nd4j.createFromArray(new float[][] {values});
  }

  private void save() throws IOException {
    write("model", weights);
    write("io", tensors);
    MAPPER.writeValue(model.resolve("io.json").toFile(), json);
  }

  private void write(String name, Map<String, INDArray> arrays) {
    SafetensorsWriter.write(model.resolve(name + ".safetensors"), arrays, DType.F32, Map.of());
  }

  private CaseResult run(String name) throws IOException {
    for (VerifiableCase golden : MODELS.cases(folder)) {
      if (golden.name().equals(name)) {
        return golden.run("shifted", Execution.auto().withExecutor("samediff"));
      }
    }
    throw new AssertionError("no case " + name);
  }

  private void assertSkipped(String reason) throws IOException {
    CaseResult result = run("tiny/io");
    assertEquals(Outcome.SKIPPED, result.outcome(), result::toString);
    assertTrue(result.reason().contains(reason), result::toString);
  }

  private void assertRefused(String problem) {
    String message = assertThrows(InvalidFileException.class, () -> run("tiny/io")).getMessage();
    assertTrue(message.endsWith(problem), message);
  }

  @Test
  void valuesGradientsAndNormsAreCompared() throws IOException {
    assertEquals(Outcome.PASSED, run("tiny/io").outcome());
    for (String name : List.copyOf(tensors.keySet())) {
      INDArray original = tensors.get(name);
      tensors.put(name, original.add(0.1));
      save();
      assertEquals(Outcome.FAILED, run("tiny/io").outcome(), name);
      tensors.put(name, original);
    }
    ((ObjectNode) json.get("grad_norms_of_all_parameters")).put("bias", 152);
    save();
    assertEquals("norm of grad.param.bias", run("tiny/io").worst().orElseThrow().what());
  }

  @Test
  void anotherShapeIsAFailure() throws IOException {
    tensors.put("shifted", row(2, 1, 0));
    save();
    assertEquals(
        "shape of shifted, [1, 2] instead of [1, 3]", run("tiny/io").worst().orElseThrow().what());
  }

  @Test
  void tensorsWithoutJsonHaveTheInputsOfTheOthers() throws IOException {
    write("io_loss", Map.of("grad_loss.x", row(4, 2), "grad_loss.shifted", row(4, 2)));
    CaseResult result = run("tiny/io_loss");
    assertEquals(Outcome.PASSED, result.outcome(), result::toString);
    write("io_loss", Map.of("grad_loss.shifted", row(4, 3)));
    assertEquals("grad_loss.shifted[0, 1]", run("tiny/io_loss").worst().orElseThrow().what());
  }

  @Test
  void variantsOfWeightsHaveResultsOfTheirOwn() throws IOException {
    write("io_half", Map.of("output", row(14, 34)));
    assertEquals(Outcome.FAILED, run("tiny/io_half").outcome());
    weights.put("fc.weight", weights.get("fc.weight").mul(2));
    write("model.half", weights);
    assertEquals(Outcome.PASSED, run("tiny/io_half").outcome());
    assertEquals(2, MODELS.cases(folder).size());
  }

  @Test
  void weightsInAnotherFormGiveTheSameResults() throws IOException {
    Map<String, INDArray> old = new LinkedHashMap<>();
    weights.forEach((name, array) -> old.put("old." + name, array));
    write("legacy", old);
    assertEquals(Outcome.PASSED, run("tiny/legacy").outcome());
    Path form = Files.createDirectory(folder.resolve("tiny-again"));
    for (String name : List.of("config.json", "model.safetensors")) {
      Files.copy(model.resolve(name), form.resolve(name));
    }
    assertEquals(Outcome.PASSED, run("tiny-again/io").outcome());
    old.put("old.bias", row(1, 2).reshape(2));
    write("legacy", old);
    assertEquals(Outcome.FAILED, run("tiny/legacy").outcome());
    Files.move(form, folder.resolve("other-again"));
    assertEquals(
        folder.resolve("other-again") + ": must hold io.json",
        assertThrows(InvalidFileException.class, () -> MODELS.cases(folder)).getMessage());
  }

  @Test
  void whatNothingHereTakesAccountOfIsSkipped() throws IOException {
    tensors.put("attention", row(1));
    save();
    assertSkipped("no result attention");
    tensors.remove("attention");
    tensors.put("mid.encoder", row(1));
    save();
    assertSkipped("no layers of the module encoder");
    tensors.remove("mid.encoder");
    tensors.put("grad.output", row(1));
    save();
    assertSkipped("no gradient grad.output");
    tensors.remove("grad.output");
    json.put("dropout", 0.5);
    save();
    assertSkipped("no check of models that takes dropout");
    json.remove("dropout");
    ((ObjectNode) json.get("inputs")).putArray("w").add(1).add(2);
    save();
    assertSkipped("no model of this kind that takes w");
  }

  @Test
  void aModelThatIsNotKnownIsSkipped() throws IOException {
    Path config = model.resolve("config.json");
    Files.writeString(config, "{\"_class_name\": \"Shifted\", \"activation\": \"gelu\"}");
    assertSkipped("activation must be absent");
    Files.writeString(config, "{\"_class_name\": \"Shifted\", \"num_layers\": [[2, 1001]]}");
    assertSkipped("no model of more than 1000 layers: num_layers (=[[2,1001]])");
    Files.writeString(config, "{");
    assertThrows(InvalidFileException.class, () -> run("tiny/io"));
  }

  @Test
  void malformedFilesAreNamed() throws IOException {
    json.putObject("outputs").putArray("output").add(2).add(1);
    save();
    assertRefused("shape of output (=[2, 1]) must be that of its tensor, [1, 2]");
    json.remove("outputs");
    tensors.put("w", row(1, 2, 3));
    save();
    assertRefused("tensors output and w must have one shape, as there are gradients");
    ((ObjectNode) json.get("grad_norms_of_all_parameters")).put("scale", 1);
    save();
    assertRefused("grad_norms_of_all_parameters must name the parameters of the model");
    tensors.remove("x");
    save();
    assertRefused("must hold a tensor named x");
    Files.delete(model.resolve("model.safetensors"));
    assertRefused("must hold model.safetensors");
    Files.delete(model.resolve("config.json"));
    assertRefused("must hold config.json");
    model = folder;
    assertThrows(InvalidFileException.class, () -> MODELS.cases(folder.resolve("tiny")));
  }
}

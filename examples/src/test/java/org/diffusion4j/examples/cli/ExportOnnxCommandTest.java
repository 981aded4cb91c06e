package org.diffusion4j.examples.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.diffusion4j.core.random.Generator;
import org.diffusion4j.core.testing.OnnxRuntime;
import org.diffusion4j.diffusion.pipeline.ModelFolder;
import org.diffusion4j.diffusion.pipeline.OnnxPart;
import org.diffusion4j.diffusion.pipeline.PartGraph;
import org.diffusion4j.examples.model.ShippedModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class ExportOnnxCommandTest {
  private static final double RELATIVE = 1e-5;

  @TempDir Path folder;

  @Test
  void theUNetPredictsTheSame() throws IOException {
    Run run = Run.of("export-onnx", "--part", "unet", "--batch", 2, "--width", 40, "-o", folder);
    assertEquals(0, run.exitCode(), run.err());
    Path file = folder.resolve("unet").resolve("model.onnx");
    List<String> lines = run.out().lines().toList();
    assertEquals("input sample [2, 4, 8, 10]", lines.get(0));
    assertEquals("input timestep [2]", lines.get(1));
    assertTrue(lines.get(2).startsWith("input encoder_hidden_states [2, "), lines.get(2));
    assertEquals("output out_sample [2, 4, 8, 10]", lines.get(3));
    assertEquals("Wrote " + file + ".", lines.get(4));
    assertSameNumbers(OnnxPart.UNET, new OnnxPart.Shape(2, none(), OptionalInt.of(40)), file);
  }

  @Test
  void soItDoesWithTheRuntimesOwnAttention() throws IOException {
    Path file = folder.resolve("mine.onnx");
    Run run = Run.of("export-onnx", "--part", "UNET", "--attention", "onnx_runtime", "-o", file);
    assertEquals(0, run.exitCode(), run.err());
    assertSameNumbers(OnnxPart.UNET, new OnnxPart.Shape(1, none(), none()), file);
  }

  @Test
  void theAutoencoderDecodesAndEncodesTheSame() throws IOException {
    for (OnnxPart part : List.of(OnnxPart.VAE_DECODER, OnnxPart.VAE_ENCODER)) {
      Run run = Run.of("export-onnx", "--part", part, "--height", 20, "-o", folder);
      assertEquals(0, run.exitCode(), run.err());
      Path file = folder.resolve(part.folder()).resolve("model.onnx");
      assertSameNumbers(part, new OnnxPart.Shape(1, OptionalInt.of(20), none()), file);
    }
    try (OnnxRuntime decoder = new OnnxRuntime(folder.resolve("vae_decoder/model.onnx"));
        OnnxRuntime encoder = new OnnxRuntime(folder.resolve("vae_encoder/model.onnx"))) {
      assertEquals(Map.of("latent_sample", List.of(1L, 4L, 5L, 8L)), decoder.inputs());
      assertEquals(Map.of("sample", List.of(1L, 1L, 20L, 32L)), encoder.inputs());
    }
  }

  @Test
  void theTextEncoderEncodesTheSame() throws IOException {
    Path file = folder.resolve("text.onnx");
    Run run = Run.of("export-onnx", "--part", "text_encoder", "--batch", 3, "-o", file);
    assertEquals(0, run.exitCode(), run.err());
    assertSameNumbers(OnnxPart.TEXT_ENCODER, new OnnxPart.Shape(3, none(), none()), file);
  }

  private static OptionalInt none() {
    return OptionalInt.empty();
  }

  private static void assertSameNumbers(OnnxPart part, OnnxPart.Shape shape, Path file)
      throws IOException {
    ModelFolder model = ShippedModel.unpack();
    PartGraph graph = part.of(model, shape);
    Generator generator = new Generator(7);
    Map<String, INDArray> inputs = new LinkedHashMap<>();
    graph
        .graph()
        .inputs()
        .forEach(
            (name, input) -> {
              long[] axes = input.tensor().shapeArray();
              if (input.type() == DataType.INT64) {
                long[] ids = generator.randint(0, 300, Math.toIntExact(input.tensor().length()));
                inputs.put(name, Nd4j.createFromArray(ids).reshape('c', axes));
              } else {
                inputs.put(name, generator.randn(axes));
              }
            });
    if (part == OnnxPart.UNET) {
      inputs.get("timestep").assign(501);
    }
    OnnxRuntime.assertSameNumbers(
        graph.graph(), graph.weights(), inputs, graph.outputs(), file, RELATIVE);
  }

  @Test
  void badUsageIsNamed() {
    assertBadUsage("Missing required option: '--part=PART'", "-o", folder);
    assertBadUsage("--batch (=0) must be at least 1", "--part", "unet", "--batch", 0, "-o", folder);
    assertBadUsage(
        "height (=30) must be divisible by downscale (=4)",
        "--part",
        "vae_decoder",
        "--height",
        30,
        "-o",
        folder);
    assertFalse(Files.exists(folder.resolve("vae_decoder")));
  }

  private static void assertBadUsage(String problem, Object... arguments) {
    Object[] all = new Object[arguments.length + 1];
    all[0] = "export-onnx";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    Run run = Run.of(all);
    assertEquals(2, run.exitCode());
    assertEquals(
        "diffusion4j: " + problem + "; see diffusion4j export-onnx --help", run.err().strip());
  }

  @Test
  void whatCannotBeWrittenOrReadIsAFailure() {
    Path file = folder.resolve("missing").resolve("model.onnx");
    Run run = Run.of("export-onnx", "--part", "unet", "-o", file);
    assertEquals(1, run.exitCode());
    assertEquals(
        "diffusion4j: output folder " + file.getParent() + " must exist", run.err().strip());
    Run second = Run.of("export-onnx", "--part", "text_encoder_2", "-o", folder);
    assertEquals(1, second.exitCode(), second.err());
    assertTrue(second.err().contains("text_encoder_2"), second.err());
  }

  @Test
  void helpTellsThatShapesAreFixed() {
    Run help = Run.of("export-onnx", "--help");
    assertEquals(0, help.exitCode());
    String text = help.out().replaceAll("\\s+", " ");
    assertTrue(text.contains("It is for one size of pictures and one number of rows."), text);
    assertTrue(text.contains("Example: diffusion4j export-onnx"), text);
  }
}

package org.diffusion4j.diffusion.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.diffusion4j.clip.text.ClipTextConfig;
import org.diffusion4j.clip.text.ClipTextModel;
import org.diffusion4j.core.InvalidFileException;
import org.diffusion4j.core.graph.ParameterSpec;
import org.diffusion4j.core.random.Generator;
import org.diffusion4j.core.weights.DType;
import org.diffusion4j.core.weights.Weights;
import org.diffusion4j.core.weights.WeightsFile;
import org.diffusion4j.diffusion.pipeline.ModelFolder.Part;
import org.diffusion4j.diffusion.pipeline.ModelFolder.Variant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Weights under the names that the ecosystem gives those of other precision, and in shards. */
class WeightVariantsTest {
  private static final ClipTextConfig CONFIG = PipelineFolders.config(11, 6, 1, 7);
  private static final List<ParameterSpec> PARAMETERS = new ClipTextModel(CONFIG).parameters();
  private static final String BIAS = "text_model.final_layer_norm.bias";

  @TempDir Path root;
  private ModelFolder model;
  private Path folder;

  @BeforeEach
  void makeFolder() throws IOException {
    model = new ModelFolder(root);
    folder = Files.createDirectories(model.folder(Part.CLIP));
  }

  /** Weights that are told apart by one value. */
  private static Weights weights(double mark) {
    Weights weights = Weights.initialize(PARAMETERS, new Generator(1));
    weights.get(BIAS).assign(mark);
    return weights;
  }

  private void write(String name, double mark) {
    WeightsFile.save(folder.resolve(name), weights(mark), DType.F32, Map.of());
  }

  private static double mark(ModelFolder model) throws IOException {
    return model.load(Part.CLIP, PARAMETERS).get(BIAS).getDouble(0);
  }

  @Test
  void plainWeightsComeBeforeThoseOfAVariant() throws IOException {
    write("model.safetensors", 1);
    write("model.fp16.safetensors", 2);
    write("model.bf16.safetensors", 3);
    assertEquals(1, mark(model));
    assertEquals(2, mark(model.withVariant(Variant.FP16)));
    assertEquals(3, mark(model.withVariant(Variant.BF16)));
  }

  @Test
  void aVariantStandsInForPlainWeightsThatAreMissing() throws IOException {
    assertFalse(model.has(Part.CLIP));
    write("model.bf16.safetensors", 3);
    assertEquals(3, mark(model));
    write("model.fp16.safetensors", 2);
    assertEquals(2, mark(model));
    assertTrue(model.has(Part.CLIP));
  }

  @Test
  void aVariantThatIsAskedForMustBeThere() {
    write("model.safetensors", 1);
    ModelFolder half = model.withVariant(Variant.FP16);
    assertFalse(half.has(Part.CLIP));
    UncheckedIOException e =
        assertThrows(UncheckedIOException.class, () -> half.load(Part.CLIP, PARAMETERS));
    assertTrue(e.getMessage().contains("model.fp16.safetensors"), e.getMessage());
  }

  @Test
  void shardsOfAVariantAreFoundByTheirIndex() throws IOException {
    Path file = folder.resolve("model.safetensors");
    WeightsFile.saveShards(file, weights(5), DType.F32, Map.of(), 500);
    assertEquals(5, mark(model));
    Files.move(
        folder.resolve("model.safetensors.index.json"),
        folder.resolve("model.safetensors.index.fp16.json"));
    assertEquals(5, mark(model));
    assertEquals(5, mark(model.withVariant(Variant.FP16)));
  }

  @Test
  void savedWeightsTakeThePlaceOfShards() throws IOException {
    Path file = folder.resolve("model.safetensors");
    WeightsFile.saveShards(file, weights(5), DType.F32, Map.of(), 500);
    model.save(Part.CLIP, CONFIG, weights(7), DType.F32);
    assertEquals(7, mark(model));
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(
          List.of("config.json", "model.safetensors"),
          files.map(each -> each.getFileName().toString()).sorted().toList());
    }
  }

  @Test
  void aPickleIsNamedAndNotRead() throws IOException {
    Files.createFile(folder.resolve("pytorch_model.bin"));
    InvalidFileException e =
        assertThrows(InvalidFileException.class, () -> model.load(Part.CLIP, PARAMETERS));
    assertTrue(
        e.getMessage()
            .endsWith("pytorch_model.bin: must be model.safetensors: pickles are not read"),
        e.getMessage());
  }
}

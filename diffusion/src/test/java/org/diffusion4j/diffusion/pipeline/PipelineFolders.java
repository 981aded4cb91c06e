package org.diffusion4j.diffusion.pipeline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.diffusion4j.clip.encoder.HiddenAct;
import org.diffusion4j.clip.text.ClipTextConfig;
import org.diffusion4j.clip.text.ClipTextModel;
import org.diffusion4j.clip.text.ClipTextModelWithProjection;
import org.diffusion4j.core.graph.ParameterSpec;
import org.diffusion4j.core.random.Generator;
import org.diffusion4j.core.testing.TestResources;
import org.diffusion4j.core.weights.DType;
import org.diffusion4j.core.weights.Weights;
import org.diffusion4j.diffusion.pipeline.ModelFolder.Part;

/** Model folders of tests. */
public final class PipelineFolders {
  private static final String GOLDEN = "org/diffusion4j/diffusion/verify/golden/";

  /** The features of an embedding. */
  public static final int PROJECTION = 11;

  private PipelineFolders() {}

  /** The resource of a file of a reference pipeline. */
  static String path(String pipeline, String file) {
    return GOLDEN + pipeline + "/" + file;
  }

  /** The folder of a reference pipeline. */
  public static ModelFolder golden(String pipeline) {
    return new ModelFolder(TestResources.path(path(pipeline, "model_index.json")).getParent());
  }

  public static ClipTextConfig config(int vocabulary, int hiddenSize, int layers, int length) {
    return new ClipTextConfig(
        vocabulary, hiddenSize, 13, layers, 2, length, 1e-5, HiddenAct.GELU, 2, PROJECTION);
  }

  /** Saves an untrained text model: with a projection as the second, without one as the first. */
  public static Weights saveTextModel(
      ModelFolder folder, Part part, ClipTextConfig config, long seed) throws IOException {
    List<ParameterSpec> parameters =
        part == Part.CLIP
            ? new ClipTextModel(config).parameters()
            : new ClipTextModelWithProjection(config).parameters();
    Weights weights = Weights.initialize(parameters, new Generator(seed));
    folder.save(part, config, weights, DType.F32);
    return weights;
  }

  /** Copies the first tokenizer of a model to another one. */
  public static void copyTokenizer(ModelFolder from, ModelFolder to, String name)
      throws IOException {
    copy(from.root().resolve("tokenizer"), to.root().resolve(name));
  }

  /** Copies a folder with all that it holds. */
  public static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target);
        }
      }
    }
  }
}
